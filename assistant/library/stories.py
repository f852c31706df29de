"""Which story each article belongs to, kept up to date in the transaction that changes what is recorded.

The bands of an article's newest text stand in a table of their own. Texts that have a band in common are looked at, the
ones with most bands in common first, and compared in full. Of the texts that share one band no more than `_LOOKED_AT`
are found, so that a notice which stands under a thousand articles costs no more than one under thirty.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from assistant.articles.stories import Grouping, Member
from assistant.library import schema
from assistant.library.days import int_to_day
from assistant.library.rows import chunks
from assistant.library.states import PRESENT, REPLACED, SEARCHABLE
from assistant.records import ArticleInfo

_LOOKED_AT = 32

_v, _b = schema.versions.c, schema.bands.c
_MEMBER = (_v.id, _v.article, _v.story, _v.title, _v.outlet, _v.published, _v.text_hash)


def enter(connection: Connection, bands: Mapping[int, Sequence[int]]) -> None:
    """New texts, by their rows of `versions`, with their bands: the older texts of their articles leave for them."""
    rows = list(bands)
    older = schema.versions.alias()
    same = (older.c.article == _v.article) & (older.c.version < _v.version)
    query = select(older.c.id).join_from(schema.versions, older, same).where(older.c.state != REPLACED)
    old = [row for part in chunks(rows) for row in connection.scalars(query.where(_v.id.in_(part)))]
    touched = _leave(connection, old)
    values = [{"version": row, "band": band, "value": value} for row in rows for band, value in enumerate(bands[row])]
    if values:
        connection.execute(insert(schema.bands), values)
    place(connection, {*rows, *touched})


def leave(connection: Connection, rows: Sequence[int]) -> None:
    """These rows of `versions` are no longer present: what is left of their stories is put together anew."""
    place(connection, _leave(connection, rows))


def again(connection: Connection, rows: Sequence[int]) -> None:
    """The day, outlet or title of these rows changed, so that they may be of another story now."""
    place(connection, {*rows, *_beside(connection, rows)})


def place(connection: Connection, rows: Collection[int]) -> None:
    """Give each of these rows its story. Where one row of a story is among them, all its others must be too."""
    bands = _shared(connection, rows)
    known = _members(connection, {*rows, *(row for found in bands.values() for row in found)})
    before = {row: member.story for row, member in known.items()}
    own = _articles(connection, rows)
    known |= {row: replace(known[row], story=own[row]) for row in rows}
    grouping = Grouping(lambda row: _text(connection, row), known.values())
    notices = {member.story for row, member in known.items() if row not in own and grouping.is_notice(member)}
    if late := _rows_of(connection, _of_several(connection, notices)) - set(rows):
        place(connection, {*rows, *late})  # two of them were taken for copies before there was a third
        return
    for row in sorted(bands):
        for other in bands[row]:
            grouping.compare(known[row], known[other])
    moved = {row: story for row in rows if (story := grouping.story(own[row])) != before[row]}
    _store(connection, moved, dict(grouping.joined()))


def also_in(connection: Connection, articles: Sequence[ArticleInfo]) -> dict[str, tuple[str, ...]]:
    """For each of these articles, by id, where else its story is printed: see `ArticleInfo.also_in`."""
    wanted = {info.story for info in articles if info.story}
    query = select(_v.story, _v.state, _v.article, _v.outlet, _v.title)
    stories: dict[str, list[Any]] = {}
    for part in chunks(sorted(wanted)):
        for row in connection.execute(query.where(_v.story.in_(part))):
            if row.state == SEARCHABLE:  # as a condition it would make SQLite read the index of states
                stories.setdefault(row.story, []).append(row)
    return {info.id: _elsewhere(info, stories.get(info.story, ())) for info in articles}


def _elsewhere(info: ArticleInfo, prints: Sequence[Any]) -> tuple[str, ...]:
    """Outlets; where an outlet is unknown or the article's own, the title in quotation marks."""
    others = [p for p in prints if p.article != info.id]
    own = {info.outlet.casefold(), ""}
    named = {p.outlet.casefold(): p.outlet for p in others if p.outlet.casefold() not in own}
    titled = {f"“{p.title}”" for p in others if p.outlet.casefold() in own and p.title}
    return (*sorted(named.values(), key=str.casefold), *sorted(titled))


def _leave(connection: Connection, rows: Sequence[int]) -> set[int]:
    """Takes the bands of rows away; returns the others of their stories."""
    others = _beside(connection, rows)
    for part in chunks(rows):
        connection.execute(delete(schema.bands).where(_b.version.in_(part)))
    return others - set(rows)


def _beside(connection: Connection, rows: Sequence[int]) -> set[int]:
    """The newest texts of the stories that these rows belong to."""
    query = select(_v.story).distinct()
    stories = (story for part in chunks(rows) for story in connection.scalars(query.where(_v.id.in_(part))))
    return _rows_of(connection, set(stories))


def _rows_of(connection: Connection, stories: Collection[str]) -> set[int]:
    query = select(_v.id).where(PRESENT, select(_b.band).where(_b.version == _v.id).exists())
    return {row for part in chunks(sorted(stories)) for row in connection.scalars(query.where(_v.story.in_(part)))}


def _of_several(connection: Connection, stories: Collection[str]) -> set[str]:
    """Those of these stories that more than one article prints."""
    query = select(_v.story).where(PRESENT).group_by(_v.story).having(func.count() > 1)
    parts = chunks(sorted(stories))
    return {story for part in parts for story in connection.scalars(query.where(_v.story.in_(part)))}


def _shared(connection: Connection, rows: Collection[int]) -> dict[int, list[int]]:
    """For each row, the rows whose texts may be copies of its text, the likeliest first."""
    mine, theirs, near = (schema.bands.alias(name) for name in ("mine", "theirs", "near"))
    found_there = (near.c.band == mine.c.band) & (near.c.value == mine.c.value)
    nearest = select(near.c.version).where(found_there).order_by(near.c.version.desc()).limit(_LOOKED_AT)
    same = (theirs.c.band == mine.c.band) & (theirs.c.value == mine.c.value)
    query = (
        select(theirs.c.version)
        .join_from(mine, theirs, same & theirs.c.version.in_(nearest.correlate(mine).scalar_subquery()))
        .where(mine.c.version == bindparam("row"), theirs.c.version != bindparam("row"))
        .group_by(theirs.c.version)
        .order_by(func.count().desc(), theirs.c.version.desc())
        .limit(_LOOKED_AT)
    )
    found = {row: list(connection.scalars(query, {"row": row})) for row in rows}
    return {row: others for row, others in found.items() if others}


def _members(connection: Connection, rows: Collection[int]) -> dict[int, Member]:
    query = select(*_MEMBER)
    found = (row for part in chunks(sorted(rows)) for row in connection.execute(query.where(_v.id.in_(part))))
    return {row.id: _member(row) for row in found}


def _member(row: Any) -> Member:
    return Member(
        row=row.id,
        story=row.story,
        title=row.title,
        outlet=row.outlet,
        published=int_to_day(row.published),
        text_hash=row.text_hash,
    )


def _articles(connection: Connection, rows: Collection[int]) -> dict[int, str]:
    query = select(_v.id, _v.article)
    return {
        row.id: row.article for part in chunks(sorted(rows)) for row in connection.execute(query.where(_v.id.in_(part)))
    }


def _text(connection: Connection, row: int) -> str:
    text: str = connection.scalars(select(_v.text).where(_v.id == row)).one()
    return text


def _store(connection: Connection, moved: Mapping[int, str], joined: Mapping[str, str]) -> None:
    """Rows get their stories, and what was of a story that is no more goes with it."""
    by_story = update(schema.versions).where(_v.story == bindparam("old")).values(story=bindparam("new"))
    by_row = update(schema.versions).where(_v.id == bindparam("old")).values(story=bindparam("new"))
    for statement, changes in ((by_story, joined), (by_row, moved)):
        if changes:
            connection.execute(statement, [{"old": old, "new": new} for old, new in changes.items()])
