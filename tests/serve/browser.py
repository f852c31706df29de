"""A headless Chromium that pages of this machine are opened in, spoken to over its DevTools protocol.

Everything that a page asks for is noted, and every error in its console: `Browser.clean` fails on a request to another
host, on an error and on a report of the content policy.
"""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.sync.client import ClientConnection, connect

from research.tools import chromium

_WAIT_S = 20.0


class Browser:
    """One tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._sent = 0
        self.requests: list[str] = []
        self.errors: list[str] = []
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> Any:
        """Send a command; return its result. What comes meanwhile is noted."""
        self._sent += 1
        self._socket.send(json.dumps({"id": self._sent, "method": method, "params": params}))
        while True:
            told = json.loads(self._socket.recv(timeout=_WAIT_S))
            if told.get("id") == self._sent:
                assert "error" not in told, told
                return told["result"]
            self._note(told)

    def _note(self, told: dict[str, Any]) -> None:
        method, params = told.get("method", ""), told.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        if method == "Runtime.exceptionThrown":
            self.errors.append(str(params["exceptionDetails"]))
        if method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(params["entry"]["text"])
        if method == "Runtime.consoleAPICalled" and params["type"] in {"error", "warning", "assert"}:
            self.errors.append(str(params["args"]))
        if method == "Page.javascriptDialogOpening":
            self.errors.append(f"dialog: {params['message']}")
            self._socket.send(
                json.dumps({"id": 0, "method": "Page.handleJavaScriptDialog", "params": {"accept": False}})
            )

    def reset(self) -> None:
        """Forget what was noted, and look like a screen of ordinary size in a light room."""
        self.send("Emulation.clearDeviceMetricsOverride")
        self.send("Emulation.setEmulatedMedia", features=[])
        self.send("Page.navigate", url="about:blank")
        self.until("location.href === 'about:blank' && document.readyState === 'complete'")
        self.requests.clear()
        self.errors.clear()

    def open(self, url: str) -> None:
        self.js("window.left = true")  # the page before, which may be the same
        same = self.js("location.href.split('#')[0]") == url.partition("#")[0]
        if same:
            self.send("Page.reload")
        else:
            self.send("Page.navigate", url=url)
        self.until("!window.left && document.readyState === 'complete' && location.href !== 'about:blank'")

    def js(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def until(self, expression: str) -> None:
        """Wait until an expression is true in the page."""
        end = time.monotonic() + _WAIT_S
        while time.monotonic() < end:
            if self.js(expression):
                return
            time.sleep(0.05)
        raise AssertionError(f"{expression}\n{self.js('document.body.innerText')}")

    def press(self, key: str, text: str = "") -> None:
        """Press a key and let it go."""
        more = {"text": text} if text else {}
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, windowsVirtualKeyCode=_code(key), **more)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, code=key, windowsVirtualKeyCode=_code(key))

    def move(self, x: float, y: float) -> None:
        """Move the pointer."""
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def tab_to(self, what: str) -> None:
        """Press Tab until the focus is on what the selector names."""
        for _ in range(80):
            self.press("Tab")
            if self.js(f"document.activeElement.matches({json.dumps(what)})"):
                return
        raise AssertionError(f"Tab never comes to {what}")

    def type(self, text: str) -> None:
        self.send("Input.insertText", text=text)

    def clean(self) -> None:
        """Fail on anything that a page of ours must not do."""
        hosts = {urlsplit(url).hostname for url in self.requests if not url.startswith("data:")}
        assert hosts <= {"127.0.0.1"}, hosts
        assert self.errors == []


def _code(key: str) -> int:
    return {"Enter": 13, "Escape": 27, "Tab": 9}.get(key, ord(key.upper()[0]))


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """Start Chromium with a new profile in `folder`."""
    program = chromium.program()
    assert program is not None
    command = [program, *chromium.FLAGS, "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            port = _port(folder / "DevToolsActivePort")
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=_WAIT_S) as listed:
                page = next(target for target in json.load(listed) if target["type"] == "page")
            with connect(page["webSocketDebuggerUrl"], max_size=None) as socket:
                yield Browser(socket)
        finally:
            process.terminate()
            process.wait(10)


def _port(file: Path) -> int:
    end = time.monotonic() + _WAIT_S
    while time.monotonic() < end:
        if file.exists() and (lines := file.read_text().splitlines()):
            return int(lines[0])
        time.sleep(0.05)
    raise AssertionError("Chromium does not start")
