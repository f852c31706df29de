"""Stopping a model call from another thread, also before its first token.

    cancel = Cancel()
    with cancel.active():            # in the thread that answers
        assistant.ask(…)             # raises `Cancelled` soon after
    cancel.set()                     # in any other thread

A call notices in two ways: it looks between the pieces of a reply, and whatever it waits for is cut off by `set`: the
border to the servers registers how. The token in force is that of the context (`contextvars`), so that it reaches every
model call of an answer, the second opinion too, without being handed through what only drafts and checks.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from assistant.errors import Cancelled


class Cancel:
    """A wish to stop, which any thread may utter once. Never taken back."""

    def __init__(self, why: str = "The answer was stopped.") -> None:
        """`why` is what `Cancelled` says."""
        self._why = why
        self._set = threading.Event()
        self._lock = threading.Lock()
        self._cuts: list[Callable[[], None]] = []

    @property
    def is_set(self) -> bool:
        """Whether the wish was uttered."""
        return self._set.is_set()

    def set(self) -> None:
        """Stop what runs under this token; a second time does nothing."""
        with self._lock:
            self._set.set()
            cuts, self._cuts = self._cuts, []
        for cut in cuts:
            cut()

    def on_set(self, cut: Callable[[], None]) -> None:
        """Have `cut` called by `set`, or now if that was before. It must neither wait nor raise."""
        with self._lock:
            if not self.is_set:
                self._cuts.append(cut)
                return
        cut()

    def check(self) -> None:
        """Raise `Cancelled` if the wish was uttered."""
        if self.is_set:
            raise Cancelled(self._why)

    def wait(self, seconds: float) -> None:
        """Wait so long, or raise `Cancelled` as soon as the wish is uttered."""
        self._set.wait(seconds)
        self.check()

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Within, as `active`; a wish uttered to the token that is in force around it counts too."""
        if (around := active_cancel()) is not None:
            around.on_set(self.set)
        with self.active():
            yield
            if around is not None:
                around.check()

    @contextmanager
    def active(self) -> Iterator[None]:
        """Within, this is the token of every model call of this thread."""
        token = _ACTIVE.set(self)
        try:
            yield
        finally:
            _ACTIVE.reset(token)


_ACTIVE: ContextVar[Cancel | None] = ContextVar("cancel", default=None)


def active_cancel() -> Cancel | None:
    """Return the token in force, None where nothing can be stopped."""
    return _ACTIVE.get()
