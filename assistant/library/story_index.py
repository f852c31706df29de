"""Which story each article belongs to: near-duplicates form one story, whichever outlet printed them.

Kept up to date in the transaction that changes what is recorded. The bands of an article's newest text stand in a table
of their own. Texts that have a band in common are looked at, the ones with most bands in common first, and compared in
full. Of the texts that share one band no more than `_LOOKED_AT` are found, so that a notice which stands under a
thousand articles costs no more than one under thirty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update

from assistant.articles.near_duplicates import Clustering, ClusterMember
from assistant.library import schema
from assistant.library.catalog import REPLACED, SEARCHABLE, chunks
from assistant.library.index import int_to_day
from assistant.library.schema import PRESENT
from assistant.records import ArticleInfo, StoredArticle

_LOOKED_AT = 32

_v, _b = schema.versions.c, schema.bands.c
_MEMBER = (_v.id, _v.article, _v.story, _v.title, _v.outlet, _v.published, _v.text_hash)


class StoryIndex:
    """The stories of the catalog, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, bands: Mapping[int, Sequence[int]]) -> None:
        """Add new versions, by their ids, with the bands of their texts; the articles' older versions leave."""
        ids = list(bands)
        older = schema.versions.alias()
        same = (older.c.article == _v.article) & (older.c.version < _v.version)
        query = select(older.c.id).join_from(schema.versions, older, same).where(older.c.state != REPLACED)
        replaced = [row.id for row in self._rows(query, _v.id, ids)]
        touched = self._take_out(replaced)
        values = [{"version": id_, "band": n, "value": value} for id_ in ids for n, value in enumerate(bands[id_])]
        if values:
            self._connection.execute(insert(schema.bands), values)
        self.regroup({*ids, *touched})

    def remove(self, version_ids: Sequence[int]) -> None:
        """Take versions out that are no longer present, and regroup what is left of their stories."""
        self.regroup(self._take_out(version_ids))

    def relabel(self, version_ids: Sequence[int]) -> None:
        """Regroup versions whose day, outlet or title changed, so that they may belong to another story now."""
        self.regroup({*version_ids, *self._in_the_stories_of(version_ids)})

    def regroup(self, version_ids: Collection[int]) -> None:
        """Give each of these versions its story.

        Where one version of a story is among them, all its others must be too.
        """
        candidates = {id_: found for id_ in version_ids if (found := self._sharing_a_band_with(id_))}
        known = self._members({*version_ids, *(other for found in candidates.values() for other in found)})
        before = {id_: member.story for id_, member in known.items()}
        own = self._articles(version_ids)
        known |= {id_: replace(known[id_], story=own[id_]) for id_ in version_ids}
        grouping = Clustering(self._text, known.values())
        notices = {member.story for id_, member in known.items() if id_ not in own and grouping.is_placeholder(member)}
        if late := self._versions_in(self._printed_by_several(notices)) - set(version_ids):
            self.regroup({*version_ids, *late})  # two of them were taken for copies before there was a third
            return
        for id_ in sorted(candidates):
            for other in candidates[id_]:
                grouping.compare(known[id_], known[other])
        moved = {id_: story for id_ in version_ids if (story := grouping.story(own[id_])) != before[id_]}
        self._store(moved, dict(grouping.joined()))

    def _take_out(self, version_ids: Sequence[int]) -> set[int]:
        """Delete the bands of versions; returns the other versions of their stories."""
        others = self._in_the_stories_of(version_ids)
        for part in chunks(version_ids):
            self._connection.execute(delete(schema.bands).where(_b.version.in_(part)))
        return others - set(version_ids)

    def _in_the_stories_of(self, version_ids: Sequence[int]) -> set[int]:
        """The newest versions of the articles of the stories that these versions belong to."""
        return self._versions_in({row.story for row in self._rows(select(_v.story).distinct(), _v.id, version_ids)})

    def _versions_in(self, stories: Collection[str]) -> set[int]:
        query = select(_v.id).where(PRESENT, select(_b.band).where(_b.version == _v.id).exists())
        return {row.id for row in self._rows(query, _v.story, sorted(stories))}

    def _printed_by_several(self, stories: Collection[str]) -> set[str]:
        """Those of these stories that more than one article prints."""
        query = select(_v.story).where(PRESENT).group_by(_v.story).having(func.count() > 1)
        return {row.story for row in self._rows(query, _v.story, sorted(stories))}

    def _sharing_a_band_with(self, version_id: int) -> list[int]:
        """The versions whose texts may be copies of its text, the likeliest first."""
        return list(self._connection.scalars(_SHARING, {"version_id": version_id}))

    def _members(self, version_ids: Collection[int]) -> dict[int, ClusterMember]:
        return {row.id: _member(row) for row in self._rows(select(*_MEMBER), _v.id, sorted(version_ids))}

    def _articles(self, version_ids: Collection[int]) -> dict[int, str]:
        return {row.id: row.article for row in self._rows(select(_v.id, _v.article), _v.id, sorted(version_ids))}

    def _text(self, version_id: int) -> str:
        text: str = self._connection.scalars(select(_v.text).where(_v.id == version_id)).one()
        return text

    def _store(self, moved: Mapping[int, str], joined: Mapping[str, str]) -> None:
        """Store the stories of versions, and rename a story that was joined to another one wherever it stands."""
        by_story = update(schema.versions).where(_v.story == bindparam("old")).values(story=bindparam("new"))
        by_id = update(schema.versions).where(_v.id == bindparam("old")).values(story=bindparam("new"))
        for statement, changes in ((by_story, joined), (by_id, moved)):
            if changes:
                self._connection.execute(statement, [{"old": old, "new": new} for old, new in changes.items()])

    def _rows(self, query: Select[Any], column: Any, values: Sequence[Any]) -> Iterator[Any]:
        """Rows of `query` with `column` among `values`, however many they are."""
        for part in chunks(values):
            yield from self._connection.execute(query.where(column.in_(part)))


def other_prints(connection: Connection, articles: Sequence[ArticleInfo]) -> dict[str, tuple[StoredArticle, ...]]:
    """For each of these articles, by id, the others that print its story now; nothing where there are none."""
    asked: dict[str, set[str]] = {}
    for info in articles:
        if info.story:
            asked.setdefault(info.story, set()).add(info.id)
    query = select(_v.state, _v.text, _v.sentence_ends, *schema.INFO_COLUMNS).order_by(_v.id)
    stories: dict[str, list[StoredArticle]] = {}
    for part in chunks(sorted(asked)):
        alone = [id_ for story in part for id_ in asked[story] if len(asked[story]) == 1]  # nobody wants its own text
        for row in connection.execute(query.where(_v.story.in_(part), _v.article.not_in(alone))):
            if row.state == SEARCHABLE:  # as a condition it would make SQLite read the index of states
                stories.setdefault(row.story, []).append(schema.stored_of(row))
    others = {info.id: tuple(o for o in stories.get(info.story, ()) if o.info.id != info.id) for info in articles}
    return {id_: found for id_, found in others.items() if found}


def _member(row: Any) -> ClusterMember:
    return ClusterMember(
        version_id=row.id,
        story=row.story,
        title=row.title,
        outlet=row.outlet,
        published=int_to_day(row.published),
        text_hash=row.text_hash,
    )


def _sharing_a_band() -> Select[tuple[int]]:
    mine, theirs, near = (schema.bands.alias(name) for name in ("mine", "theirs", "near"))
    found_there = (near.c.band == mine.c.band) & (near.c.value == mine.c.value)
    nearest = select(near.c.version).where(found_there).order_by(near.c.version.desc()).limit(_LOOKED_AT)
    same = (theirs.c.band == mine.c.band) & (theirs.c.value == mine.c.value)
    return (
        select(theirs.c.version)
        .join_from(mine, theirs, same & theirs.c.version.in_(nearest.correlate(mine).scalar_subquery()))
        .where(mine.c.version == bindparam("version_id"), theirs.c.version != bindparam("version_id"))
        .group_by(theirs.c.version)
        .order_by(func.count().desc(), theirs.c.version.desc())
        .limit(_LOOKED_AT)
    )


_SHARING = _sharing_a_band()
