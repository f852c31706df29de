"""Answers and sources as plain text, and a way to the clipboard: by a program of the system, else the terminal.

Over ssh a program would fill the clipboard of the machine at the other end, so there only the terminal is asked, by the
escape code OSC 52. No terminal answers it: whether it obeyed shows when something is pasted.
"""

from __future__ import annotations

import base64
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping

from rich.console import Console

from assistant import wording
from assistant.cli import render
from assistant.errors import UsageError
from assistant.records import Evidence, Turn
from assistant.safe_text import safe

_LONGEST = 74_994  # bytes; the most that xterm takes by OSC 52, and others with it
_PATIENCE_S = 5  # for a program
_NO_WINDOW = 1_000_000  # columns: nothing is cut to the width of a window
_COPIED_TO_TMUX = "Copied into tmux, which hands it on to your clipboard where your terminal allows that."
_REMEDY = "/save FILE writes the conversation into a file."


def copy(text: str, *, at_terminal: bool, environment: Mapping[str, str] | None = None) -> str:
    """Copy text that is safe to show; return a line for the person. Raises `UsageError` when there is no way."""
    for command in _programs(os.environ if environment is None else environment):
        if _accepted(command, text):
            return _COPIED_TO_TMUX if command[1:2] == ["load-buffer"] else "Copied."
    if not at_terminal:
        raise UsageError(f"Nothing can be copied from here: there is no clipboard and no terminal. {_REMEDY}")
    content = base64.b64encode(text.encode("utf-8"))
    if len(content) > _LONGEST:
        raise UsageError(f"This is too long to be copied through the terminal. {_REMEDY}")
    sys.stdout.write(f"\x1b]52;c;{content.decode('ascii')}\x07")
    sys.stdout.flush()
    return f"Handed to your terminal to copy. If pasting brings something else, it does not allow that; {_REMEDY}"


def _programs(environment: Mapping[str, str]) -> Iterator[list[str]]:
    """Yield programs to try, with their arguments; those that are not installed are left out."""
    here = not (environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
    candidates = (
        (bool(environment.get("TMUX")), ["tmux", "load-buffer", "-w", "-"]),  # tmux hands it on to its terminal
        (here and sys.platform == "darwin", ["pbcopy"]),
        (here and sys.platform == "win32", ["clip"]),
        (here and bool(environment.get("WAYLAND_DISPLAY")), ["wl-copy"]),
        (here and bool(environment.get("DISPLAY")), ["xclip", "-selection", "clipboard"]),
        (here and bool(environment.get("DISPLAY")), ["xsel", "--clipboard", "--input"]),
    )
    for fits, (name, *arguments) in candidates:
        if fits and (path := shutil.which(name)):
            yield [path, *arguments]


def _accepted(command: list[str], text: str) -> bool:
    content = text.encode("utf-16-le" if sys.platform == "win32" else "utf-8")
    try:
        done = subprocess.run(  # noqa: S603  # fixed names of programs; the text goes in as input
            command,
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def answer_text(turn: Turn) -> str:
    """Return the question and all that is shown of its answer."""
    endless = Console(file=io.StringIO(), width=_NO_WINDOW, highlight=False, markup=False, emoji=False)
    return "\n".join([safe(turn.question), "", *(part.plain for part in render.answer_parts(endless, turn.answer))])


def source_text(evidence: Evidence) -> str:
    """Return one cited sentence in quotation marks, with its origin and its reference."""
    info = evidence.article
    origin = [wording.outlet_of(info), wording.published(info), wording.title_of(info), safe(info.url), evidence.ref]
    return f"{render.quoted(evidence.text).plain} ({'; '.join(part for part in origin if part)})"
