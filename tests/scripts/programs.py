# SPDX-License-Identifier: 0BSD
"""Programs of scripts/ as modules, so that their functions can be tested."""

import importlib.machinery
import importlib.util
import pathlib
import sys

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"


def load(name):
    """The program scripts/NAME."""
    loader = importlib.machinery.SourceFileLoader(pathlib.Path(name).name.replace("-", "_"),
                                                  str(SCRIPTS / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module
