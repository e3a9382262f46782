"""A real browser: Chromium, by its WebDriver (w3.org/TR/webdriver2). No package is needed for
that: it is HTTP on this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DRIVER = shutil.which("chromedriver")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key under which WebDriver names an element."""
_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # it is small in a container
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Browser:
    """A window of the browser.

    Args:
        session: the URL of the session.
    """

    def __init__(self, session: str) -> None:
        self._session = session

    def open(self, path: Path) -> None:
        """Open a file."""
        _call(f"{self._session}/url", {"url": path.as_uri()})

    def resize(self, width: int, height: int) -> None:
        """Give the page this size, in CSS pixels."""
        parameters = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.develop("Emulation.setDeviceMetricsOverride", parameters)

    def prefer(self, scheme: str) -> None:
        """Prefer a colour scheme: `light` or `dark`."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.develop("Emulation.setEmulatedMedia", {"features": [feature]})

    def develop(self, command: str, parameters: dict[str, Any]) -> None:
        """Call a command of the Chrome DevTools Protocol."""
        body = {"cmd": command, "params": parameters}
        _call(f"{self._session}/goog/cdp/execute", body)

    def click(self, selector: str) -> None:
        """Click an element, as a person does with a mouse."""
        result = _call(f"{self._session}/element", {"using": "css selector", "value": selector})
        _call(f"{self._session}/element/{result[_ELEMENT]}/click", {})

    def press(self, keys: str) -> None:
        """Press keys, wherever the focus is."""
        result = _call(f"{self._session}/element/active", None)
        _call(f"{self._session}/element/{result[_ELEMENT]}/value", {"text": keys})

    def ask(self, script: str) -> Any:
        """The value that a script returns."""
        return _call(f"{self._session}/execute/sync", {"script": script, "args": []})


def _call(url: str, body: dict[str, Any] | None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{url}: {error.read().decode()}") from None


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A browser with a profile of its own.

    Args:
        folder: where that is.
    """
    assert DRIVER is not None
    assert BROWSER is not None
    log = folder / "driver.log"
    with log.open("wb") as file:
        driver = subprocess.Popen([DRIVER, "--port=0"], stdout=file, stderr=file)
    try:
        port = _port(log)
        arguments = [*_ARGUMENTS, f"--user-data-dir={folder / 'profile'}"]
        options = {"binary": BROWSER, "args": arguments}
        wish = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
        base = f"http://127.0.0.1:{port}/session"
        session = f"{base}/{_call(base, wish)['sessionId']}"
        try:
            yield Browser(session)
        finally:
            end = urllib.request.Request(session, method="DELETE")
            urllib.request.urlopen(end, timeout=60).close()
    finally:
        driver.kill()
        driver.wait()


def _port(log: Path) -> str:
    """The port that the driver says it listens on."""
    for _ in range(600):
        for line in log.read_text("utf-8", "replace").splitlines():
            if "started successfully on port " in line:
                return line.rpartition(" ")[2].rstrip(".")
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8", "replace"))
