"""Text to the clipboard of the person who types: by a program of their system, else through their terminal.

Over ssh a program would fill the clipboard of the machine at the other end, so there only the terminal is asked, by the
escape code OSC 52. No terminal answers it: whether it obeyed shows when something is pasted.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping

from assistant.errors import UsageError

_LONGEST = 74_994  # bytes; the most that xterm takes by OSC 52, and others with it
_PATIENCE_S = 5  # for a program
_COPIED_TO_TMUX = "Copied into tmux, which hands it on to your clipboard where your terminal allows that."
_REMEDY = "/save FILE writes the conversation into a file."


def copy(text: str, *, at_terminal: bool, environment: Mapping[str, str] | None = None) -> str:
    """Copies text that is safe to show; returns what to tell the person. Raises `UsageError` when there is no way."""
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
    """Programs to try, with their arguments; those that are not installed are left out."""
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
