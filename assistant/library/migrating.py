"""A library's catalog copied to another place: from a folder into a database, or back.

Rows go over as they are, embeddings among them, so ids, versions, removed articles and references stay what they were.
Each table is copied in the order of its keys and each page in one transaction: what interrupts it, the next run goes on
behind the last row. A fact in the copy says of which library, in which state, it is made; until the copy was compared
with its source and found equal, nobody can open it. The source is only read, under its writer's lock.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple, TypeVar

from assistant.errors import LibraryError, UsageError
from assistant.fetching.follows import Follows
from assistant.library.catalog import COPIED, MIGRATION, PENDING, PURGE, SEARCHABLE, Catalog, CatalogReader, Key, chunks
from assistant.library.disk import may_not_be_written
from assistant.library.homes import Home
from assistant.library_reports import MigrationProgress
from assistant.records import short_hash

T = TypeVar("T")
OnMigrated = Callable[[MigrationProgress], None]  # told after every page of rows, and every batch of the indexes

_COPYING, _COPIED = "copying", "copied"  # states of a copy, the first word of its fact
_CARRIED = ("embedder", "splitter")  # facts that a copy has too
_SAMPLE = 1000  # versions, and embeddings, that are compared byte for byte
_TITLES = 50


class CheckedCopy(NamedTuple):
    """A catalog that was copied and agrees with its source."""

    rows: int  # that were copied in this run
    totals: Mapping[str, int]
    versions: int  # that were compared byte for byte
    embeddings: int
    titles: tuple[str, ...]  # of searchable articles, for comparing what is found


class _Note(NamedTuple):
    """What a copy notes of itself."""

    state: str
    source_state: str  # a digest
    source: str  # as a person names it

    @classmethod
    def of(cls, catalog: CatalogReader) -> _Note | None:
        found = (catalog.fact(MIGRATION) or "").split(" ", 2)
        return cls(*found) if len(found) == len(cls._fields) else None

    def kept(self) -> dict[str, str]:
        return {MIGRATION: " ".join(self)}


def unfinished(catalog: CatalogReader) -> str:
    """Return of which library a catalog is a copy that is not complete, "" for any other catalog."""
    note = _Note.of(catalog)
    return note.source if note is not None and note.state == _COPYING else ""


def copy_catalog(source: Catalog, name: str, feeds: bytes, home: Home, on_migrated: OnMigrated) -> CheckedCopy:
    """Copy a catalog, called `name`, and a list of feeds to a new home, and compare them; goes on where it stopped.

    The caller keeps other writers from the source. Raises `UsageError` where another library is there, and
    `LibraryError` for a source that is not whole or has unfinished work, or a copy that differs.
    """
    _refuse_unready(source, name)
    target = home.open_catalog(lambda _: nullcontext(), create=True)
    try:
        if home.copy is not None:
            home.copy.close()
            raise may_not_be_written(home.folder)
        with home.lock.held():
            note = _Note(_COPYING, _state(source), name)
            is_done = _begin(source, target, home, note)
            rows = 0 if is_done else _copy(source, target, name, on_migrated)
            checked = _compared(source, target, note, on_migrated)
            if not is_done:
                if feeds:
                    Follows(home.feeds(target)).put_back(feeds)
                carried = {fact: value for fact in _CARRIED if (value := source.fact(fact)) is not None}
                target.set_facts(carried | note._replace(state=_COPIED).kept())
            return checked._replace(rows=rows)
    finally:
        target.close()


def _refuse_unready(source: Catalog, name: str) -> None:
    if source.version_ids(PENDING) or source.fact(PURGE):
        raise LibraryError(
            f"An interrupted run left work in {name} unfinished. Finish it first: assistant doctor --repair"
        )


def _state(source: Catalog) -> str:
    """Return a digest that changes with every completed change of a library."""
    return short_hash(f"{source.stamp()} {sorted(source.totals().items())}", 16)


def _begin(source: Catalog, target: Catalog, home: Home, new: _Note) -> bool:
    """Note that a copy is begun, or see how far it is; return whether all is there. Refuses another library."""
    old = _Note.of(target)
    if old is not None and old[1:] == new[1:]:
        if old.state == _COPYING:
            return False
        if target.totals() == source.totals():
            return True
    if old is not None and old.state == _COPYING:
        if old.source != new.source:
            raise UsageError(
                f"{home.name} is an unfinished copy of {old.source}. Complete that one, or name another place."
            )
        target.clear()  # the source was changed since
    elif any(target.totals().values()) or target.fact("embedder") or Follows(home.feeds(target)).all():
        raise UsageError(
            f"There is a library in {home.name} already, and a copy needs a place of its own. Name another folder or "
            "database, or a new schema of this one: --to 'URL?schema=NAME'"
        )
    target.set_facts(new.kept())
    return False


def _copy(source: Catalog, target: Catalog, name: str, on_migrated: OnMigrated) -> int:
    """Copy what the tables of a copy still lack; return how many rows."""
    totals, there, rows = source.totals(), target.totals(), 0
    for table in COPIED:
        done = there[table]
        for page in _pages(source, table, target.last_key(table), name):
            target.put_rows(table, page)
            done, rows = done + len(page), rows + len(page)
            on_migrated(MigrationProgress(step=_STEPS[table], done=done, total=totals[table]))
    return rows


_STEPS = {
    "versions": "Copying articles",
    "passages": "Copying passages",
    "bands": "Copying sketches",
    "embeddings": "Copying embeddings",
}


def _pages(source: Catalog, table: str, last: Key | None, name: str) -> Iterator[list[Mapping[str, Any]]]:
    """The rows of a table, each text among them whole."""
    try:
        for page in source.rows_after(table, last):
            for row in page:
                if "text" in row and short_hash(row["text"], 64) != row["text_hash"]:
                    raise _damaged(name, f"text {row['id']} is not the one that was recorded")
            yield page
    except (zlib.error, UnicodeDecodeError) as error:
        raise _damaged(name, "a text cannot be unpacked") from error


def _damaged(name: str, fault: str) -> LibraryError:
    return LibraryError(f"{name} is damaged ({fault}). See: assistant doctor --library {name}")


def _compared(source: Catalog, target: Catalog, note: _Note, on_migrated: OnMigrated) -> CheckedCopy:
    """Compare all counts, and some articles and embeddings byte for byte. Raises `LibraryError` where they differ."""
    totals = source.totals()
    on_migrated(MigrationProgress(step="Comparing", done=0, total=1))
    if target.totals() != totals:
        raise _differs(note, "counts")
    rows: list[Mapping[str, Any]] = []
    last = source.last_key("versions")
    for part in chunks(_sample(range(1, last[0] + 1) if last else (), note)):
        some = source.version_rows(part)
        if list(map(dict, some)) != list(map(dict, target.version_rows(part))):
            raise _differs(note, "articles")
        rows += some
    hashes = {key for some in source.passage_hashes([row["id"] for row in rows]).values() for key in some}
    chosen = _sample(sorted(hashes), note)
    embedder = source.fact("embedder") or ""
    vectors = source.cached(embedder, chosen)
    if target.cached(embedder, chosen) != vectors:
        raise _differs(note, "embeddings")
    titles = dict.fromkeys(row["title"] for row in rows if row["state"] == SEARCHABLE and row["title"])
    on_migrated(MigrationProgress(step="Comparing", done=1, total=1))
    return CheckedCopy(0, totals, len(rows), len(vectors), tuple(titles)[:_TITLES])


def _sample(values: Sequence[T], note: _Note) -> list[T]:
    """Some of these values, in their order: the same ones for the same state of the source."""
    chosen = random.Random(note.source_state).sample(range(len(values)), min(_SAMPLE, len(values)))  # noqa: S311  # no secret
    return [values[at] for at in sorted(chosen)]


def _differs(note: _Note, what: str) -> LibraryError:
    return LibraryError(
        f"The copy differs from {note.source} in its {what}, and cannot be used. {note.source} is as it was. "
        "Delete the copy, and run the same command again."
    )
