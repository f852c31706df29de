"""A real terminal of any size: a program inside tmux, the keys typed there, and what its screen shows."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ABSENT = shutil.which("tmux") is None
REASON = "needs tmux (apt-get install tmux)"
_PATIENCE_S = 20.0
_SESSION = "chat"


class Tmux:
    """One program in one window. All that it prints also goes into a file, as it is."""

    def __init__(
        self, *arguments: str, columns: int = 80, rows: int = 24, real: bool = False, **variables: str
    ) -> None:
        """Runs the command line over the stand-in, or the `real` one."""
        self._folder = Path(tempfile.mkdtemp(prefix="tmux-"))  # short: the path of a socket may be
        module = "assistant" if real else "tests.fakes.fake_cli"
        self._log = self._folder / "printed"
        command = [sys.executable, "-m", module, *arguments]
        environment = os.environ | {"TERM": "screen-256color", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"} | variables
        environment.pop("TMUX", None)
        size = ["-x", str(columns), "-y", str(rows)]
        # The program begins when its output is being written down: the shell waits for a line. Its id goes into a file.
        run = """read -r _; sh -c 'echo $$ >"$0"; exec "$@"' "$0" "$@"; echo "left with $?"; read -r _"""
        self._pid = self._folder / "pid"
        start = ["sh", "-c", run, str(self._pid), *command]
        self._run("new-session", "-d", "-s", _SESSION, *size, "-c", str(ROOT), *start, environment=environment)
        self._run("pipe-pane", "-t", _SESSION, "-o", f"cat >'{self._log}'")
        self.keys("Enter")

    def _run(self, *arguments: str, environment: dict[str, str] | None = None, given: str = "") -> str:
        command = ["tmux", "-u", "-S", str(self._folder / "socket"), "-f", os.devnull, *arguments]
        done = subprocess.run(
            command, env=environment, input=given, capture_output=True, encoding="utf-8", timeout=20, check=False
        )
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return done.stdout

    def type(self, text: str) -> None:
        """Text as it is, key by key; no Enter."""
        self._run("send-keys", "-t", _SESSION, "-l", text)

    def keys(self, *names: str) -> None:
        """Keys by tmux's names, such as Enter, Tab, C-c."""
        self._run("send-keys", "-t", _SESSION, *names)

    def complete(self, typed: str, line: str) -> None:
        """Types and presses the tab key until the line begins so: on a busy machine a press may come too soon."""
        self.wait_until(lambda: self.at_prompt, f"a prompt for {typed!r}")
        self.type(typed)
        for _ in range(10):
            self.keys("Tab")
            until = time.monotonic() + 1
            while time.monotonic() < until:
                if line in self.screen:
                    return
                time.sleep(0.05)
        raise AssertionError(f"{line!r} never came; the screen shows:\n{self.screen}")

    def send(self, line: str) -> None:
        """A line, with Enter, once there is a prompt to type it at."""
        self.wait_until(lambda: self.at_prompt, f"a prompt for {line!r}")
        self.type(line)
        self.keys("Enter")

    def paste(self, text: str) -> None:
        """Text as a terminal pastes it: marked as pasted where the program asked for that."""
        self._run("load-buffer", "-", given=text)
        self._run("paste-buffer", "-p", "-t", _SESSION)

    def resize(self, columns: int, rows: int = 24) -> None:
        """Gives the window another size."""
        self._run("resize-window", "-t", _SESSION, "-x", str(columns), "-y", str(rows))

    @property
    def screen(self) -> str:
        """What the window shows."""
        return self._run("capture-pane", "-p", "-t", _SESSION)

    @property
    def text(self) -> str:
        """What the window shows and what was scrolled out of it, lines that the window wrapped joined."""
        return self._run("capture-pane", "-p", "-J", "-S", "-", "-t", _SESSION)

    @property
    def printed(self) -> str:
        """Everything the program printed, escape codes and all."""
        return self._log.read_text(encoding="utf-8", errors="surrogateescape") if self._log.exists() else ""

    @property
    def buffer(self) -> str:
        """What was last copied."""
        return self._run("show-buffer")

    @property
    def at_prompt(self) -> bool:
        """Whether the cursor stands at an empty prompt."""
        at, row = self._run("display-message", "-p", "-t", _SESSION, "#{cursor_x} #{cursor_y}").split()
        lines = self.screen.split("\n")
        return at == "2" and lines[int(row)].rstrip() == ">"

    def wait_for(self, text: str, *, gone: bool = False) -> str:
        """The screen once it shows the text, or no longer shows it; runs of white space count as one space."""

        def there() -> bool:
            return (" ".join(text.split()) in " ".join(self.screen.split())) is not gone

        self.wait_until(there, f"{text!r}{' to go' * gone}")
        return self.screen

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """Waits until it holds."""
        until = time.monotonic() + _PATIENCE_S
        while not holds():
            assert time.monotonic() < until, f"waited in vain for {what}; the screen shows:\n{self.screen}"
            time.sleep(0.05)

    def kill(self) -> None:
        """Ends the program as a power cut would."""
        os.kill(int(self._pid.read_text()), signal.SIGKILL)

    def close(self) -> None:
        """Ends the program and its window."""
        self._run("kill-server")
        shutil.rmtree(self._folder, ignore_errors=True)
