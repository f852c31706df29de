"""What the news interfaces write into a row besides the article: marks of cut texts, removed articles, abstracts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.articles.fields import as_text, guessed_keys, is_empty, value_at
from assistant.english.word_lists import word_set

# "… [+2314 chars]" as NewsAPI writes it, "... [1234 chars]" as GNews does.
_CUT = re.compile(r"\s*\[\s*\+?\s*[0-9][0-9.,]{0,12}\s*(?:chars|characters)\s*\]\s*\Z", re.IGNORECASE)
_REMOVED = re.compile(r"\s*\[(?:removed|deleted)\]\s*", re.IGNORECASE)
_NOT_SOLD = re.compile(r"\s*only available in [\w ]{1,40}\W*", re.IGNORECASE)  # in place of the text: newsdata.io
_ABSTRACTS = (
    "abstract", "description", "summary", "leadparagraph", "shortdescription", "snippet", "trailtext",
    "fields.trailtext", "excerpt.rendered", "excerpt", "standfirst", "teaser",
)  # fmt: skip
_ARTICLE_PARTS = word_set("title url published")  # a row that has two of them describes an article


def without_cut_mark(text: str) -> tuple[str, str]:
    """Return a text without the mark that says how much of it was cut off, and that mark; "" when it has none."""
    found = _CUT.search(text[-60:])
    return (text[: len(text) - len(found[0])], found[0].strip()) if found else (text, "")


def is_removed(text: str, title: str) -> bool:
    """Whether the interface says that the article was taken back."""
    return bool(_REMOVED.fullmatch(text[:100]) or (_REMOVED.fullmatch(title[:100]) and len(text) < 100))


def is_no_text(text: str) -> bool:
    """Whether a text only says that the text is not given."""
    return is_empty(text) or (len(text) < 100 and bool(_NOT_SOLD.fullmatch(text)))


def abstract_of(row: Mapping[str, Any], found: Mapping[str, str]) -> str:
    """Return the longest summary in a row that describes an article; "" when there is none.

    `found` holds the keys of the parts that the row has.
    """
    if len(_ARTICLE_PARTS & found.keys()) < 2:
        return ""
    texts = (as_text(value_at(row, key)).strip() for key in guessed_keys(row, _ABSTRACTS))
    return max((text for text in texts if not is_no_text(text)), key=len, default="")
