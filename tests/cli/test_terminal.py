"""The command line at a pseudo-terminal, as a person uses it."""

from __future__ import annotations

import os
import re
import select
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="needs a pseudo-terminal")
fcntl = pytest.importorskip("fcntl")
termios = pytest.importorskip("termios")

ROOT = Path(__file__).resolve().parents[2]
CTRL_C, CTRL_D = b"\x03", b"\x04"
PROMPT = "\n>"
ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[=>])")


class Terminal:
    """A process at a terminal of 100 columns: what it prints, and keys for it."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.process = subprocess.Popen(
            (sys.executable, "-m", "tests.fakes.fake_cli", *arguments),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=os.environ | {"TERM": "xterm"} | environment,
            start_new_session=True,
        )
        os.close(slave)
        self.raw = ""
        self._seen = 0

    def wait_for(self, text: str, seconds: float = 20) -> str:
        """What was printed up to `text`, from where the last wait ended; escape codes left out."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            printed = ESCAPES.sub("", self.raw)
            if (at := printed.find(text, self._seen)) >= 0:
                begun, self._seen = self._seen, at + len(text)
                return printed[begun : self._seen]
            self._read()
        raise AssertionError(f"{text!r} never came; all that came: {self.raw!r}")

    def _read(self) -> None:
        if select.select([self._master], [], [], 0.1)[0]:
            try:
                new = os.read(self._master, 65536).decode("utf-8", "replace")
            except OSError:  # Linux: the other side has closed
                time.sleep(0.05)
                return
            self.raw += new
            if "\x1b[6n" in new:  # "where is the cursor?"; every terminal answers
                self.type("\x1b[1;1R")

    def type(self, keys: str | bytes) -> None:
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def send(self, line: str | bytes) -> None:
        """Types at the next prompt: what is typed before belongs to the terminal's own line editing."""
        self.wait_for(PROMPT)
        self.type(line if isinstance(line, bytes) else line + "\r")

    def leave(self) -> int:
        """The exit code, once the process ends by itself."""
        until = time.monotonic() + 20
        while self.process.poll() is None and time.monotonic() < until:
            self._read()
        self._read()
        return self.process.wait(timeout=1)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._master)


@pytest.fixture
def terminals(library: Path, tmp_path: Path) -> Iterator[list[Terminal]]:
    started: list[Terminal] = []
    yield started
    for terminal in started:
        terminal.close()


def start(terminals: list[Terminal], library: Path, *arguments: str, **environment: str) -> Terminal:
    terminal = Terminal(*arguments, "--library", str(library), **environment)
    terminals.append(terminal)
    return terminal


def test_a_chat_from_the_first_question_to_ctrl_d(terminals: list[Terminal], library: Path) -> None:
    chat = start(terminals, library, "chat")
    chat.wait_for(PROMPT)
    chat.wait_for("3 articles | no model")  # the bar below the prompt
    chat.type("the harbour?\r")
    assert "Port Alder closes" in chat.wait_for("Evidence from 25 Nov 2025 to 27 Nov 2025.")
    chat.send("/sources")
    chat.wait_for("Mayor Ines Calder said the work costs 18 million crowns.")
    chat.send("/context 1")
    chat.wait_for(">>The council of Port Alder voted on Tuesday to close the old harbour.<<")
    chat.send("/hlp")
    chat.wait_for("did you mean /help?")
    chat.send(b"half a line")
    chat.wait_for("half a line")
    chat.type(CTRL_C)  # clears it
    chat.send("/help")
    chat.wait_for("/clear-filters")
    chat.send(CTRL_D)
    assert chat.leave() == 0
    assert "Traceback" not in chat.raw


def test_a_draft_gives_way_to_the_checked_answer(terminals: list[Terminal], library: Path) -> None:
    server = {"OPENAI_BASE_URL": "http://localhost:1/v1", "ASSISTANT_MODEL": "small"}
    ask = start(terminals, library, "ask", "slow", **server)
    ask.wait_for("not yet checked:")
    ask.type(CTRL_C)
    assert ask.leave() == 130
    assert "Traceback" not in ask.raw
    quick = start(terminals, library, "ask", "harbour", **server)
    assert "not yet checked" not in quick.wait_for("Evidence from")
    assert quick.leave() == 0


def test_colour_is_left_out_when_none_is_wanted(terminals: list[Terminal], library: Path) -> None:
    coloured = start(terminals, library, "ask", "harbour", "-q")
    assert coloured.leave() == 0
    assert "\x1b[36m" in coloured.raw  # the markers
    plain = start(terminals, library, "ask", "harbour", "-q", NO_COLOR="1")
    assert plain.leave() == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", plain.raw)


def test_an_ingest_shows_a_bar_and_then_only_its_report(terminals: list[Terminal], library: Path) -> None:
    ingest = start(terminals, library, "ingest", "a")
    ingest.wait_for("added 20, updated 1, unchanged 3, skipped 2")
    assert "articles/s" in ingest.raw
    assert ingest.leave() == 0
    assert "\x1b[31m2.txt" not in ingest.raw


def test_a_question_is_asked_for_where_there_is_a_keyboard(terminals: list[Terminal], library: Path) -> None:
    ask = start(terminals, library, "ask")
    ask.wait_for("Error: There is no question")
    assert ask.leave() == 2
