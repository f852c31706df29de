"""Taking articles out of a library, by hand.

A removed article leaves the indexes and is found no more; its texts stay, so that references to it lead somewhere. Only
`forget` deletes them. The order is that of an ingest: what the catalog says changes in one transaction, after the note
that the indexes are in step was taken away, and then the indexes follow. A crash in between leaves passages in an index
that the catalog does not know: they are never found, and the next command takes them out. That texts were deleted is
itself a fact in the catalog, until no other file holds words of them: the next writer finishes that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from assistant.library.catalog import PURGE, NewVersion, StoredVersion
from assistant.library.chunking import cut_up
from assistant.library.embedders.base import Embedder
from assistant.library.library import Library
from assistant.records import Article, ArticleInfo, Filters, RemovedArticle

_ID = re.compile(r"[0-9a-f]{10}(?=-|$)")  # of an article; a reference begins with it


def named(library: Library, name: str) -> list[ArticleInfo]:
    """The articles, removed ones too, that a person names by id or reference, address, file, or folder of files."""
    place = str(Path(name).expanduser().resolve())
    by_id = _ID.match(name.strip().lower())
    find = library.catalog.find
    return (find(ids=[by_id[0]]) if by_id else []) or find(places=[name, place]) or find(folder=place)


def within(library: Library, limits: Filters) -> list[ArticleInfo]:
    """The searchable articles within these limits; without a date none is within a limit of days."""
    return [info for info in library.catalog.articles() if _is_within(info, limits)]


def removed_within(library: Library, limits: Filters) -> list[RemovedArticle]:
    """The removed articles within these limits, those removed last first."""
    return [each for each in library.catalog.removed_articles() if _is_within(each.article, limits)]


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
        library.indexes.withdraw_marker()
        library.drop(library.catalog.remove(articles, forget=forget))
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
    """Make removed articles searchable again, in the version they had; returns how many. Embeds nothing again."""
    with library.writing():
        library.indexes.withdraw_marker()
        removed = library.catalog.removed(articles)
        library.catalog.restore({version.version_id: _cut_again(version, library.embedder) for version in removed})
        library.index_pending()
    return len(removed)


def _cut_again(version: StoredVersion, embedder: Embedder) -> NewVersion:
    return cut_up(Article(source=version.info.source, text=version.text), embedder, version.sentences)
