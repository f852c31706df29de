"""Where time goes, measured from outside: functions of the program are replaced by timed ones while it is measured."""

from __future__ import annotations

import functools
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest import mock


class Watched(NamedTuple):
    """A function to be timed."""

    part: str  # the name under which its time is counted
    owner: Any  # the class or module that holds it
    name: str


class PartClock:
    """Seconds spent in each part. A part that runs within another counts for the outer one. For one thread only."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inside = False

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with its time counted for `part`; of an iterator that it returns, every step too."""

        @functools.wraps(function)
        def run(*values: Any, **named: Any) -> Any:
            result = self._count(part, lambda: function(*values, **named))
            return self._steps(part, result) if isinstance(result, Iterator) else result

        return run

    @contextmanager
    def watching(self, functions: Sequence[Watched]) -> Iterator[None]:
        """Within this block, these functions are timed."""
        with ExitStack() as stack:
            for part, owner, name in functions:
                stack.enter_context(mock.patch.object(owner, name, self.timed(part, getattr(owner, name))))
            yield

    def _steps(self, part: str, items: Iterator[Any]) -> Iterator[Any]:
        end = object()
        while (item := self._count(part, lambda: next(items, end))) is not end:
            yield item

    def _count(self, part: str, work: Callable[[], Any]) -> Any:
        if self._inside:
            return work()
        self._inside = True
        began = time.perf_counter()
        try:
            return work()
        finally:
            self._inside = False
            self.seconds[part] += time.perf_counter() - began
