"""The same work done on many things: one after the other in this process, or at the same time in others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class ParallelMap(Protocol):
    """A `map` that may use other processes."""

    def __call__(
        self, work: Callable[[T], R], items: Iterable[T], size: Callable[[T], int], name: Callable[[T], str]
    ) -> Iterator[R]:
        """Yield the result of `work` for each item, in their order. An error is raised when its item's turn comes.

        `work`, the items and the results can be pickled, and `work` looks at nothing but its item: it may be done in
        another process. Items may be taken well before their turn; `size` says how large one is, in bytes or
        thereabouts, so that the items under way stay small together. `name` is what a person calls an item, for the
        message when `work` on it ends the process.
        """


def sequential_map(
    work: Callable[[T], R], items: Iterable[T], size: Callable[[T], int], name: Callable[[T], str]
) -> Iterator[R]:
    """Do the work in this process, on each item when its result is asked for."""
    del size, name
    return map(work, items)
