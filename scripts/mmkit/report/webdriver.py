# SPDX-License-Identifier: 0BSD
"""A headless Chromium, driven through its chromedriver: the few commands of W3C WebDriver that a
test of a page needs, over the standard library's HTTP.
"""

import base64
import contextlib
import http.client
import json
import pathlib
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from typing import Any

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DRIVERS = ("chromedriver", "chromium.chromedriver")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key of an element's id, by the standard
START_TIMEOUT = 60

ARROW_LEFT, ARROW_RIGHT, ARROW_DOWN, HOME, END = "\ue012", "\ue014", "\ue015", "\ue011", "\ue010"
ENTER, ESCAPE, TAB, SHIFT = "\ue007", "\ue00c", "\ue004", "\ue008"


class BrowserError(Exception):
    pass


def _find(names: Iterable[str]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def missing() -> str | None:
    """Why there is no browser to test with, or None."""
    if not _find(BROWSERS):
        return "no Chromium"
    return None if _find(DRIVERS) else "no chromedriver"


class Browser:
    """One window. What it logs and fetches is kept by the driver until it is asked for."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.session: str | None = None
        options = {"binary": _find(BROWSERS), "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--hide-scrollbars", "--force-device-scale-factor=1",
            "--disable-background-networking"]}
        logs = {"browser": "ALL", "performance": "ALL"}
        self.session = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options,
            "goog:loggingPrefs": logs}}})["sessionId"]

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=START_TIMEOUT)
        url = f"/session/{self.session}{path}" if self.session else path
        connection.request(method, url, json.dumps(body or {}) if method == "POST" else None,
                           {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(answer, dict) and "error" in answer:
            raise BrowserError(f"{answer['error']}: {answer['message'].splitlines()[0]}")
        return answer

    def open(self, path: pathlib.Path, fragment: str = "") -> None:
        self.visit(path.resolve().as_uri() + fragment)

    def visit(self, url: str) -> None:
        self._call("POST", "/url", {"url": url})

    def run(self, script: str, *args: Any) -> Any:
        """The value of a function's body in the page."""
        return self._call("POST", "/execute/sync", {"script": script, "args": list(args)})

    def devtools(self, command: str, **params: Any) -> Any:
        return self._call("POST", "/goog/cdp/execute", {"cmd": command, "params": params})

    def click(self, selector: str) -> None:
        self._call("POST", f"/element/{self._element(selector)}/click")

    def press(self, keys: str, selector: str = "body") -> None:
        self._call("POST", f"/element/{self._element(selector)}/value", {"text": keys})

    def _element(self, selector: str) -> str:
        found = self._call("POST", "/element", {"using": "css selector", "value": selector})
        return found[ELEMENT]

    def resize(self, width: int, height: int) -> None:
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                      deviceScaleFactor=1, mobile=False)

    def prefer(self, scheme: str) -> None:
        """`light` or `dark`."""
        self.devtools("Emulation.setEmulatedMedia",
                      features=[{"name": "prefers-color-scheme", "value": scheme}])

    def screenshot(self, whole: bool = False) -> bytes:
        """PNG of the window, or of the whole page."""
        shot = self.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(shot["data"])

    def pdf(self) -> bytes:
        shot = self.devtools("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        return base64.b64decode(shot["data"])

    def console(self) -> list[str]:
        """What the page complained about since the last call."""
        return [entry["message"] for entry in self._call("POST", "/se/log", {"type": "browser"})]

    def fetched(self) -> list[str]:
        """The addresses that were asked for since the last call, the page's own among them."""
        events = [json.loads(entry["message"])["message"]
                  for entry in self._call("POST", "/se/log", {"type": "performance"})]
        return [event["params"]["request"]["url"] for event in events
                if event["method"] == "Network.requestWillBeSent"]

    def close(self) -> None:
        self._call("DELETE", "")


def _port(driver: subprocess.Popen) -> int:
    """The port that the driver took, from what it prints."""
    for line in driver.stdout or ():
        found = re.search(r"started successfully on port (\d+)", line)
        if found:
            return int(found.group(1))
    raise BrowserError("chromedriver does not start")


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A browser for the time of a `with`; see missing()."""
    driver = subprocess.Popen([_find(DRIVERS) or DRIVERS[0], "--port=0"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    try:
        window = Browser(_port(driver))
        try:
            yield window
        finally:
            window.close()
    finally:
        driver.terminate()
        driver.communicate()


def pdf_pages(pdf: bytes) -> int:
    """The number of pages of a PDF that Chromium wrote."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
