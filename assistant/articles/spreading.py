"""One piece of work done on many things: one after the other here, or at the same time in other processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Spread(Protocol):
    """A way to do the same to many things."""

    def __call__(
        self, work: Callable[[T], R], items: Iterable[T], size: Callable[[T], int], name: Callable[[T], str]
    ) -> Iterator[R]:
        """What comes of `work` on each item, in their order. An error comes when it is the turn of its item.

        `work`, the items and the results are such as can be pickled, and `work` looks at nothing but its item: it may
        be done in another process. Items may be taken well before their turn; `size` says how large one is, in bytes
        or thereabouts, so that what is under way stays small. `name` is what a person calls it, should `work` on it
        end the process.
        """


def one_by_one(
    work: Callable[[T], R], items: Iterable[T], size: Callable[[T], int], name: Callable[[T], str]
) -> Iterator[R]:
    """The plain way: each item as it is asked for."""
    del size, name
    return map(work, items)
