"""The versions of one article, oldest first, and what changed from each to the next; and what came in of late."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select

from assistant.articles.diff import sentence_changes
from assistant.english.sentences import trimmed
from assistant.library import schema
from assistant.library.catalog import Catalog
from assistant.library.days import day_to_int, int_to_day
from assistant.library.rows import INFO, info_of, sentences_of
from assistant.library.states import PRESENT
from assistant.records import ArticleVersion, StoredArticle

_v = schema.versions.c


def history(catalog: Catalog, article_id: str) -> tuple[ArticleVersion, ...]:
    """All versions of an article, the first one first; none for an unknown one."""
    query = select(_v.state, _v.taken, _v.removed, _v.text, _v.sentence_ends, *INFO).where(_v.article == article_id)
    with catalog.transaction() as connection:
        rows = connection.execute(query.order_by(_v.version)).all()
    return tuple(_version(before, row) for before, row in pairwise([None, *rows]))


def came_in(catalog: Catalog, since: date) -> int:
    """How many of the present articles were first taken in on this day or later."""
    present = select(_v.article).where(PRESENT)
    first = select(func.count()).where(_v.version == 1, _v.taken >= day_to_int(since), _v.article.in_(present))
    with catalog.transaction() as connection:
        return connection.scalar(first) or 0


def sentences_in(article: StoredArticle) -> list[str]:
    """The words of each sentence."""
    spans = (trimmed(article.text, sentence) for sentence in article.sentences)
    return [article.text[start:end] for start, end in spans]


def _version(before: Any | None, row: Any) -> ArticleVersion:
    now = _sentences(row)
    counted = Counter(change.kind for change in sentence_changes(_sentences(before), now)) if before else Counter()
    return ArticleVersion(
        info=info_of(row),
        state=row.state,
        taken=int_to_day(row.taken),
        characters=len(row.text),
        sentences=len(now),
        added=counted["new"],
        dropped=counted["old"],
        changed=counted["changed"],
        retitled=before is not None and before.title != row.title,
        removed=int_to_day(row.removed),
    )


def _sentences(row: Any) -> list[str]:
    stored = StoredArticle(info=info_of(row), text=row.text, sentences=sentences_of(row.sentence_ends), current=True)
    return sentences_in(stored)
