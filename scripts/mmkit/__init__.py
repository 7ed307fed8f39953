# SPDX-License-Identifier: 0BSD
"""What the programs in scripts/ share.

Python looks for modules beside the program that it runs, wherever that is called from. So each
directory of programs (check/, dev/, test/, and tests/scripts) has a link `mmkit` to this package:
nothing has to be installed, and no program changes sys.path.
"""
