"""A stored article around a cited sentence, for `assistant show` and `/open`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from assistant.cli.render import article_line
from assistant.cli.safe import safe
from assistant.errors import UsageError
from assistant.records import StoredArticle, short_hash

if TYPE_CHECKING:
    from assistant.app import Assistant

AROUND = 3  # sentences shown before and after the cited one
_REF = re.compile(r"([0-9a-f]{4,64})-([0-9a-f]{4,64})-([1-9][0-9]{0,8})")


def find_reference(assistant: Assistant, ref: str) -> tuple[StoredArticle, int]:
    """The article version that a reference names, and the index of the sentence.

    Raises `UsageError` when the reference is malformed or this archive does not hold what it names.
    """
    match = _REF.fullmatch(ref.strip().lower())
    if not match:
        raise UsageError(f"{safe(ref)!r} is no reference; they look like 0a1b2c3d4e-5f60718293-7.")
    article_id, text_hash, number = match[1], match[2], int(match[3])
    for article in _versions(assistant, article_id):
        if short_hash(article.text, len(text_hash)) == text_hash:
            return article, _checked_index(article, number - 1, ref)
    raise UsageError(f"The archive holds the article {article_id}, but not the version that {ref} names.")


def _versions(assistant: Assistant, article_id: str) -> Iterator[StoredArticle]:
    """The newest first."""
    newest = assistant.article(article_id)
    yield newest
    for version in range(newest.info.version - 1, 0, -1):
        yield assistant.article(article_id, version)


def _checked_index(article: StoredArticle, index: int, ref: str) -> int:
    if index >= len(article.sentences):
        raise UsageError(f"{ref} names sentence {index + 1}; the article has {len(article.sentences)}.")
    return index


def context_parts(article: StoredArticle, index: int, *, whole: bool = False) -> Iterator[Text]:
    """The article's heading, and its text around the sentence, which stands between >> and << and is bold."""
    yield article_line(article.info)
    if article.info.url:
        yield Text(safe(article.info.url), "dim")
    if not article.current:
        yield Text("An older version; the archive holds a newer one of this article.", "dim")
    yield Text("")
    yield _marked(article, index, whole=whole)


def _marked(article: StoredArticle, index: int, *, whole: bool) -> Text:
    tiles, cited = article.sentences, article.sentences[index]
    first = tiles[0 if whole else max(0, index - AROUND)]
    last = tiles[-1 if whole else min(len(tiles) - 1, index + AROUND)]
    words = article.text[cited.start : cited.end]
    tail = words[len(words.rstrip()) :]
    before = article.text[first.start : cited.start]
    after = tail + article.text[cited.end : last.end].rstrip()
    return Text.assemble(
        "… " if first.start else "",
        safe(before, lines=True),
        (f">>{safe(words)}<<", "bold"),
        safe(after, lines=True),
        " …" if last.end < len(article.text) else "",
    )
