"""Ctrl-C while something runs that may be stopped, and keys typed meanwhile."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

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
