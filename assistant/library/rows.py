"""Rows of the catalog's tables to records, and back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from sqlalchemy import Row

from assistant.articles.corrections import Kind, find_notices
from assistant.library import schema
from assistant.library.days import day_to_int, int_to_day
from assistant.records import Article, ArticleInfo, Passage, Sentence, short_hash

T = TypeVar("T")

_CHUNK = 500  # values in one IN list

_V = schema.versions.c
_SHOWN = (_V.title, _V.outlet, _V.published, _V.authors, _V.url, _V.updated)
LABEL = (*_SHOWN, _V.outlet_given)
INFO = (
    *(_V.article, _V.version, _V.source, _V.text_hash, *_SHOWN),
    *(_V.language, _V.story, _V.notice_kind, _V.notice),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """An article cut up and ready to be recorded."""

    article: Article
    sentences: Sequence[Sentence]
    passages: Sequence[Passage]
    notice: tuple[str, str]  # what the text says of itself, see `notice_of`
    bands: Sequence[int] = ()  # of the text, see `articles.near_duplicates`


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    """A recorded version of an article, for telling what changed."""

    row: int  # versions.id
    source: str
    text_hash: str
    label: tuple[str, ...]  # see `label_of`
    removed: bool = False  # by a person; its text is only kept

    @property
    def id(self) -> str:
        """Of its article, as in `Article.id`."""
        return short_hash(self.source, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPassage:
    """A passage with what retrieval needs to know of its article."""

    key: int
    row: int  # versions.id
    passage: Passage
    text_hash: bytes  # of the passage's text
    info: ArticleInfo


@dataclass(frozen=True, slots=True)
class StoredText:
    """A recorded text; its sentences are decoded as they are asked for, since most are not."""

    text: str
    ends: bytes  # the column `sentence_ends`

    def sentences(self, first: int, last: int) -> tuple[Sentence, ...]:
        """The sentences from `first` to `last`, both included."""
        stops = np.frombuffer(self.ends, dtype="<u4", count=last + 1).tolist()
        starts = [0, *stops][first : last + 1]
        return tuple(Sentence(i, a, b) for i, a, b in zip(range(first, last + 1), starts, stops[first:], strict=True))


def hash_passage(text: str) -> bytes:
    """Sixteen bytes that stand for a passage's text in the cache of embeddings."""
    return hashlib.sha256(text.encode("utf-8")).digest()[:16]


def passage_key(article: str, text_hash: str, passage: Passage) -> int:
    """A 63-bit key made from content: the same passage of the same text of an article always has the same key."""
    name = f"{article}/{text_hash}/{passage.first}/{passage.start}"
    return int.from_bytes(hashlib.sha256(name.encode("ascii")).digest()[:8], "big") >> 1


def label_of(article: Article) -> tuple[str, ...]:
    """What is known about an article besides its text: title, outlet, published, authors, URL, updated, as text.

    Last comes "1" where a person gave the outlet; what is unknown is "".
    """
    columns = label_columns(article)
    return tuple(str(columns[c.name] or "") for c in LABEL)


def row_label(row: Row[*tuple[Any, ...]]) -> tuple[str, ...]:
    """The same, of a row that holds the `LABEL` columns."""
    return tuple(str(getattr(row, c.name) or "") for c in LABEL)


def label_columns(article: Article) -> dict[str, object]:
    """The `LABEL` columns of an article."""
    return {
        "title": article.title,
        "outlet": article.outlet,
        "published": day_to_int(article.published) if article.published else None,
        "authors": "\n".join(article.authors),
        "url": article.url,
        "updated": day_to_int(article.updated) if article.updated else None,
        "outlet_given": int(article.outlet_given),
    }


def version_columns(new: NewVersion, number: int) -> dict[str, object]:
    """All columns of a new row of `versions`, but for its state."""
    article = new.article
    return label_columns(article) | {
        "notice_kind": new.notice[0],
        "notice": new.notice[1],
        "article": article.id,
        "version": number,
        "source": article.source,
        "text": article.text,
        "text_hash": article.text_hash,
        "language": article.language,
        "story": article.id,
        "sentence_ends": np.array([s.end for s in new.sentences], dtype="<u4").tobytes(),
    }


def notice_of(text: str) -> tuple[str, str]:
    """Kind and words of the gravest notice that a text carries, the first of its kind; "" and "" for none."""
    gravest = min(find_notices(text), key=lambda notice: list(Kind).index(notice.kind), default=None)
    if gravest is None:
        return "", ""
    return str(gravest.kind), " ".join(text[gravest.start : gravest.end].split())


def passage_columns(new: NewVersion, row: int) -> list[dict[str, object]]:
    """Rows of `passages` for the version with id `row`."""
    text, article, text_hash = new.article.text, new.article.id, new.article.text_hash
    return [
        p._asdict()
        | {"key": passage_key(article, text_hash, p), "version": row, "text_hash": hash_passage(text[p.start : p.end])}
        for p in new.passages
    ]


def info_of(row: Row[*tuple[Any, ...]]) -> ArticleInfo:
    """The `INFO` columns as a record."""
    return ArticleInfo(
        id=row.article,
        version=row.version,
        source=row.source,
        title=row.title,
        outlet=row.outlet,
        published=int_to_day(row.published),
        authors=tuple(row.authors.splitlines()),
        url=row.url,
        text_hash=row.text_hash,
        updated=int_to_day(row.updated),
        language=row.language,
        notice_kind=row.notice_kind,
        notice=row.notice,
        story=row.story,
    )


def sentences_of(ends: bytes) -> tuple[Sentence, ...]:
    """The tiles of a text from the column `sentence_ends`."""
    stops = np.frombuffer(ends, dtype="<u4").tolist()
    return tuple(Sentence(i, *span) for i, span in enumerate(zip([0, *stops[:-1]], stops, strict=True)))


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in parts small enough for one IN list."""
    for at in range(0, len(values), _CHUNK):
        yield values[at : at + _CHUNK]
