"""Taking articles out of a library, by hand.

A removed article leaves the indexes and is found no more; its texts stay, so that references to it lead somewhere. Only
`forget` deletes them. The order is that of an ingest: what the catalog says changes in one transaction, after the note
that the indexes are in step was taken away, and then the indexes follow. A crash in between leaves passages in an index
that the catalog does not know: they are never found, and the next command takes them out. That texts were deleted is
itself a fact in the catalog, until no other file holds words of them: whoever writes next finishes that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from assistant.library import schema, stories
from assistant.library.cutting import cut_up
from assistant.library.days import day_to_int
from assistant.library.library import PURGE, Library
from assistant.library.rows import INFO, chunks, info_of, passage_columns, sentences_of
from assistant.library.states import PENDING, PRESENT, REMOVED
from assistant.records import Article, ArticleInfo, Filters

_ID = re.compile(r"[0-9a-f]{10}(?=-|$)")  # of an article; a reference begins with it

_v, _p, _e = schema.versions.c, schema.passages.c, schema.embeddings.c


def named(library: Library, name: str) -> list[ArticleInfo]:
    """The articles, removed ones too, that a person names by id or reference, address, file, or folder of files."""
    place = str(Path(name).expanduser().resolve())
    by_id = _v.article == (_ID.match(name.strip().lower()) or [""])[0]
    exact = _v.source.in_((name, place)) | (_v.url == name)
    below = _v.source.startswith(place.rstrip("/") + "/", autoescape=True)
    with library.catalog.transaction() as connection:
        for condition in (by_id, exact, below):
            found = connection.execute(select(*INFO).where(condition).order_by(_v.published, _v.article, _v.version))
            if newest := {row.article: info_of(row) for row in found}:
                return list(newest.values())
    return []


def within(library: Library, limits: Filters) -> list[ArticleInfo]:
    """The searchable articles within these limits; without a date none is within a limit of days."""
    return [info for info in library.catalog.articles() if _is_within(info, limits)]


def _is_within(info: ArticleInfo, limits: Filters) -> bool:
    if (limits.since or limits.until) and info.published is None:
        return False
    early = bool(limits.since and info.published and info.published < limits.since)
    late = bool(limits.until and info.published and info.published > limits.until)
    outlets, authors = ({name.casefold() for name in names} for names in (limits.outlets, limits.authors))
    of_outlet = not outlets or info.outlet.casefold() in outlets
    return (
        not (early or late) and of_outlet and (not authors or not authors.isdisjoint(map(str.casefold, info.authors)))
    )


def remove(library: Library, articles: Sequence[str], *, forget: bool = False) -> int:
    """Take articles, by id, out of search; returns how many there were, removed before or not.

    With `forget` all their texts, and what was made of them, are deleted from the library's files. Raises
    `LibraryLocked`.
    """
    with library.writing():
        known = set(library.catalog.known(articles))
        library.indexes.forget_stamp()
        with library.catalog.transaction() as connection:
            if forget:
                connection.exec_driver_sql("PRAGMA secure_delete = ON")  # what is deleted is written over
            keys = _take_out(connection, articles)
            if forget:
                _delete_texts(connection, articles)
        library.drop(keys)
        if forget:
            library.purge()
    return len(known)


def finish_forgetting(library: Library) -> bool:
    """Finish what a `remove` with `forget` left undone when it was interrupted; whether there was anything."""
    if not library.catalog.fact(PURGE):
        return False
    with library.writing():
        pass
    return True


def bring_back(library: Library, articles: Sequence[str]) -> int:
    """Make removed articles searchable again, in the version they had; returns how many. Embeds nothing anew."""
    with library.writing():
        library.indexes.forget_stamp()
        with library.catalog.transaction() as connection:
            rows = [row for part in chunks(articles) for row in connection.execute(_removed(part))]
            for row in rows:
                _record_again(connection, library, row)
        library.index_pending()
    return len(rows)


def _take_out(connection: Connection, articles: Sequence[str]) -> list[int]:
    """Marks what is present of these articles as removed; returns the keys of their passages."""
    present = select(_v.id).where(PRESENT)
    rows = [row for part in chunks(articles) for row in connection.scalars(present.where(_v.article.in_(part)))]
    stories.leave(connection, rows)
    keys: list[int] = []
    for part in chunks(rows):
        keys += connection.scalars(select(_p.key).where(_p.version.in_(part)))
        connection.execute(delete(schema.passages).where(_p.version.in_(part)))
        values = {"state": REMOVED, "story": _v.article, "removed": day_to_int(date.today())}
        connection.execute(update(schema.versions).where(_v.id.in_(part)).values(values))
    return keys


def _delete_texts(connection: Connection, articles: Sequence[str]) -> None:
    """All versions of these articles, and the embeddings that no passage of another article needs."""
    for part in chunks(articles):
        connection.execute(delete(schema.versions).where(_v.article.in_(part)))
    connection.execute(insert(schema.facts).prefix_with("OR REPLACE"), {"name": PURGE, "value": "wanted"})
    used = select(_p.text_hash)
    connection.execute(delete(schema.embeddings).where(_e.text_hash.not_in(used)))


def _removed(articles: Sequence[str]) -> Any:
    columns = (_v.id, _v.article, _v.source, _v.text, _v.sentence_ends)
    return select(*columns).where(_v.article.in_(articles), _v.state == REMOVED)


def _record_again(connection: Connection, library: Library, row: Any) -> None:
    article = Article(source=row.source, text=row.text)
    new = cut_up(article, library.embedder, sentences_of(row.sentence_ends))
    connection.execute(insert(schema.passages), passage_columns(new, row.id))
    connection.execute(update(schema.versions).where(_v.id == row.id).values(state=PENDING, removed=None))
    stories.enter(connection, {row.id: new.bands})
