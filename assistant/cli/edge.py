"""The program's edge: errors become one line and an exit code, interrupts and closed pipes a quiet end.

Only errors made for the user are caught. Any other is a fault of the program, and its traceback is wanted. Within
`stoppable`, Ctrl-C stops what runs and not the program.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import typer

from assistant.errors import AssistantError
from assistant.safe_text import safe

_INTERRUPTED = 130  # 128 + SIGINT, as shells count


def guarded(call: Callable[[], object], *, as_json: bool) -> int:
    """Run the call; return its exit code: the number it returns, 0 for None, or that of its error."""
    prepare_streams()
    try:
        result = call()
        sys.stdout.flush()
    except AssistantError as error:
        _print_error(str(error), type(error).__name__, error.exit_code, as_json=as_json)
        return error.exit_code
    except typer.TyperException as error:  # arguments that do not parse
        _print_error(_with_hint(error), "UsageError", error.exit_code, as_json=as_json)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return _INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return 1
    return result if isinstance(result, int) else 0


def prepare_streams() -> None:
    """Make output print any text, what the terminal's encoding lacks as "?"; closed standard input is an empty one."""
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")


def _with_hint(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    message = error.format_message().rstrip()
    ended = message if message.endswith((".", "?", "!")) else f"{message}."
    return f"{ended} Try '{context.command_path} --help'." if context else ended


def _print_error(message: str, kind: str, exit_code: int, *, as_json: bool) -> None:
    text = safe(message)
    record = {"error": text, "kind": kind, "exit_code": exit_code}
    sys.stderr.write((json.dumps(record) if as_json else f"Error: {text}") + "\n")


def _discard_output() -> None:
    """Send the rest of the output, flushed when Python ends, nowhere: its reader has left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_PATIENCE_S = 2.0  # a second Ctrl-C within this time is impatience, not another wish


@contextmanager
def stoppable() -> Iterator[None]:
    """Within, Ctrl-C raises `KeyboardInterrupt` once; one more while what was stopped cleans up does nothing.

    After `_PATIENCE_S` seconds it counts again, so that nothing that hangs while it cleans up holds a person.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    stopped_at = float("-inf")

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopped_at
        if time.monotonic() - stopped_at > _PATIENCE_S:
            stopped_at = time.monotonic()
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def unstoppable() -> Iterator[None]:
    """Within, Ctrl-C does nothing: for the moment in which a turn is written to the disk."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def unseen_keys() -> Iterator[None]:
    """Do not show what is typed within until a prompt takes it; Ctrl-C still works.

    Shown at once, it would stand in the middle of what is being painted. Does nothing where there is no terminal.
    """
    try:
        import termios
    except ImportError:  # Windows: its console shows nothing that no program reads
        yield
        return
    if not sys.stdin.isatty():
        yield
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    silent = [*before]
    silent[3] &= ~(termios.ECHO | termios.ECHONL)
    termios.tcsetattr(descriptor, termios.TCSANOW, silent)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
