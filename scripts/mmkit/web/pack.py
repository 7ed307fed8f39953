# SPDX-License-Identifier: 0BSD
"""The page's two forms: files for a web server, and one HTML file that needs none.

Both have the same modules. In the directory an import map names their files, and assets are
fetched. A page from disk may fetch nothing, so in the one file modules and assets lie packed (gzip,
base64), and unpack.js makes addresses of them before the first module is asked for.
"""

from __future__ import annotations

import base64
import dataclasses
import gzip
import json
import pathlib
import re
import shutil

HERE = pathlib.Path(__file__).resolve().parent
MODULES = sorted(HERE.glob("*.mjs"))  # our own


@dataclasses.dataclass
class Parts:
    """What a page is made of: import name -> module, name -> other file, style sheets in order."""
    modules: dict[str, pathlib.Path]
    assets: dict[str, pathlib.Path]
    styles: list[pathlib.Path]

    def module_file(self, name: str) -> str:
        return f"modules/{self.modules[name].name}"


def _text(path: pathlib.Path) -> str:
    return path.read_text(encoding="utf-8")


def _page(parts: Parts, head: str, version: str) -> str:
    values = {"head": head, "version": version,
              "css": "\n".join(_text(path) for path in parts.styles)}
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found.group(1)], _text(HERE / "page.html"))


DIRECTORY = """<script type="importmap">{map}</script>
<script>
window.asset = async (name) => (await fetch("assets/" + name)).arrayBuffer();
</script>
<script type="module">import "mmkit/main.mjs";</script>"""


def write_directory(parts: Parts, where: pathlib.Path, version: str) -> pathlib.Path:
    """Files for a web server in the directory `where`. Return: the page."""
    for folder, paths in (("modules", parts.modules.values()), ("assets", parts.assets.values())):
        shutil.rmtree(where / folder, ignore_errors=True)
        (where / folder).mkdir(parents=True)
        for path in paths:
            shutil.copy(path, where / folder)
    imports = {name: f"./{parts.module_file(name)}" for name in parts.modules}
    page = where / "index.html"
    page.write_text(_page(parts, DIRECTORY.format(map=json.dumps({"imports": imports})), version),
                    encoding="utf-8")
    return page


def _packed(kind: str, name: str, path: pathlib.Path) -> str:
    data = base64.b64encode(gzip.compress(path.read_bytes(), 9, mtime=0)).decode("ascii")
    return f'<script type="application/gzip" data-{kind}="{name}">{data}</script>'


def write_file(parts: Parts, path: pathlib.Path, version: str) -> None:
    """All of it in one file."""
    packed = [_packed("module", name, one) for name, one in parts.modules.items()]
    packed += [_packed("asset", one.name, one) for one in parts.assets.values()]
    head = "\n".join([*packed, f"<script>\n{_text(HERE / 'unpack.js')}</script>"])
    path.write_text(_page(parts, head, version), encoding="utf-8")
