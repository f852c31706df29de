"""The feeds that a library follows: `feeds.json` in its folder, or the same text in its database.

A file and no table of the catalog, because it is a list that a person makes and may want to read, mend or copy to
another library. It is written whole, to a new file that then takes the place of the old one, so a crash leaves one or
the other. What a feed brought is written down only after its articles are recorded: a crash in between costs a second
look at them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Protocol, TypeVar

from filelock import FileLock, Timeout

from assistant.errors import LibraryError, LibraryLocked, UsageError

_FORMAT = 1
_FILE = "feeds.json"
_PATIENCE_S = 10.0  # a change takes milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """A feed that is followed, and what is known of it since it was last fetched."""

    url: str
    title: str = ""
    site: str = ""  # the site that it belongs to
    etag: str = ""  # what the server said, for asking whether there is something new
    modified: str = ""
    checked: str = ""  # when it was fetched the last time, ISO 8601 in UTC; "" for never
    fault: str = ""  # why that failed; "" when it did not
    seen: tuple[str, ...] = ()  # versions (`Entry.version`) of the entries in it that need no second look


_TEXTS = frozenset(f.name for f in fields(Follow)) - {"seen"}
Result = TypeVar("Result")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


class FeedStore(Protocol):
    """Where the list is kept."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def read(self) -> bytes | None:
        """Return the list as it stands, None when there is none. Raises `LibraryError`."""

    def change(self, made: Callable[[bytes | None], bytes]) -> None:
        """Put what `made` makes of the present list in its place; nobody else changes it meanwhile."""


class FeedFile:
    """A `FeedStore` in the library's folder."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read yet."""
        self._file = folder / _FILE
        self._lock = FileLock(str(folder / "feeds.lock"), timeout=_PATIENCE_S)

    @property
    def name(self) -> str:
        """The path of the file."""
        return str(self._file)

    def read(self) -> bytes | None:
        """Return the file as it stands, None when there is none."""
        try:
            return self._file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as err:
            raise LibraryError(f"The list of feeds {self._file} cannot be read ({err.strerror}).") from err

    def change(self, made: Callable[[bytes | None], bytes]) -> None:
        """Write what `made` makes of the file to a new one, which takes its place."""
        try:
            with self._lock:
                self._put(made(self.read()))
        except Timeout as err:
            raise LibraryLocked(f"Another process is changing {self._file}; try again when it is done.") from err

    def _put(self, content: bytes) -> None:
        draft = self._file.with_suffix(".new")
        try:
            with draft.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self._file)
        except OSError as err:
            raise LibraryError(f"The list of feeds {self._file} cannot be written ({err.strerror}).") from err


class Follows:
    """The list of one library. Every change reads it again, so that two processes lose nothing."""

    def __init__(self, store: Path | FeedStore) -> None:
        """Nothing is read yet. A library's folder stands for the file in it."""
        self._store: FeedStore = FeedFile(store) if isinstance(store, Path) else store

    def all(self) -> dict[str, Follow]:
        """Return the feeds by their addresses, in the order in which they were added."""
        return self._read(self._store.read())

    def _read(self, text: bytes | None) -> dict[str, Follow]:
        if text is None:
            return {}
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as err:
            raise self._damaged() from err
        if not isinstance(content, dict) or not isinstance(content.get("feeds"), list):
            raise self._damaged()
        if content.get("format") != _FORMAT:
            raise LibraryError(f"{self._store.name} was written by a newer version of the program; use that version.")
        return {follow.url: follow for follow in map(self._follow, content["feeds"])}

    def add(self, new: list[Follow]) -> list[Follow]:
        """Follow these feeds too; return those that were not followed before."""

        def change(feeds: dict[str, Follow]) -> list[Follow]:
            added = [follow for follow in new if follow.url not in feeds]
            feeds.update({follow.url: follow for follow in added})
            return added

        return self._change(change)

    def remove(self, url: str) -> Follow:
        """Stop following a feed. Raises `UsageError` for one that is not followed."""

        def change(feeds: dict[str, Follow]) -> Follow:
            if url not in feeds:
                raise UsageError(f"The feed {url} is not followed; assistant follow --list shows those that are.")
            return feeds.pop(url)

        return self._change(change)

    def save(self, follow: Follow) -> None:
        """Save what is known of a feed, unless it was removed meanwhile."""

        def change(feeds: dict[str, Follow]) -> None:
            if follow.url in feeds:
                feeds[follow.url] = follow

        self._change(change)

    def _change(self, change: Callable[[dict[str, Follow]], Result]) -> Result:
        results: list[Result] = []

        def made(text: bytes | None) -> bytes:
            feeds = self._read(text)
            results.append(change(feeds))
            return _written(feeds)

        self._store.change(made)
        return results[-1]

    def content(self) -> bytes:
        """Return the list as it stands, for a backup; empty when there is none."""
        return self._store.read() or b""

    def put_back(self, content: bytes) -> None:
        """Restore the list from a backup. Raises `UsageError` when there is another one already."""

        def made(text: bytes | None) -> bytes:
            if text not in (None, b"", content):
                raise UsageError(f"There is another list of feeds, {self._store.name}. Restore into another folder.")
            return content

        self._store.change(made)

    def _follow(self, row: Any) -> Follow:
        if not isinstance(row, dict) or not isinstance(row.get("url"), str):
            raise self._damaged()
        texts = {name: value for name, value in row.items() if name in _TEXTS and isinstance(value, str)}
        seen = row.get("seen")
        return Follow(**texts, seen=tuple(filter(_is_text, seen)) if isinstance(seen, list) else ())

    def _damaged(self) -> LibraryError:
        return LibraryError(f"{self._store.name} is damaged; mend it, or delete it and follow the feeds again.")


def _written(feeds: dict[str, Follow]) -> bytes:
    rows = [{name: value for name, value in asdict(follow).items() if value} for follow in feeds.values()]
    text = json.dumps({"format": _FORMAT, "feeds": rows}, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8")
