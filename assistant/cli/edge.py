"""The program's edge: errors become one line and an exit code, interrupts and closed pipes a quiet end.

Only errors made for the user are caught. Any other is a fault of the program, and its traceback is wanted.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable

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
    """Make output print any text: what the terminal's encoding lacks becomes "?"."""
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
