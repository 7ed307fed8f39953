# SPDX-License-Identifier: 0BSD
"""mmkit in a browser tab: the page that scripts/web makes, and what it is made of."""
