"""Made-up evidence for the tests of this folder."""

from __future__ import annotations

from datetime import date
from typing import Any

from assistant.records import ArticleInfo, Citation, DateMention


def article(key: str = "a", **fields: Any) -> ArticleInfo:
    """An article; `key` tells articles apart."""
    values: dict[str, Any] = {"title": "Harbour closed", "outlet": "Coast Daily", "published": date(2025, 11, 27)}
    return ArticleInfo(id=key * 10, version=1, source=f"{key}.txt", **{**values, **fields})


def citation(number: int, text: str = "The harbour closed on Tuesday.", **fields: Any) -> Citation:
    """A cited sentence; its index in the article is its number unless told otherwise."""
    values: dict[str, Any] = {"article": article(), "sentence": number, "score": 0.5, "dates": (), **fields}
    return Citation(ref=f"r{number}", start=0, end=len(text), text=text, number=number, **values)


def mention(text: str, words: str, first: date, last: date | None = None, *, relative: bool = True) -> DateMention:
    """The date that `words` name in `text`."""
    start = text.index(words)
    return DateMention(start, start + len(words), first, last or first, relative)
