"""A stored article around a cited sentence, for `assistant show` and `/open`."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from assistant.cli.render import article_line, article_notes
from assistant.records import StoredArticle
from assistant.safe_text import safe

AROUND = 3  # sentences shown before and after the cited one
CITED = "bold reverse"  # style of the cited sentence; legible without colour


def context_parts(article: StoredArticle, index: int | None, *, whole: bool = False) -> Iterator[Text]:
    """The article's heading, and its text around the sentence, which stands between >> and << and is bold.

    With None no sentence stands out, and the text begins at its beginning.
    """
    yield from _heading(article)
    yield _marked(article, index, 0, len(article.sentences) - 1) if whole else _around(article, index)


def _heading(article: StoredArticle) -> Iterator[Text]:
    yield article_line(article.info)
    yield Text(safe(article.info.url or article.info.source), "dim")
    if article.removed:
        yield Text("Removed from the archive: it is no longer searched.", "bold yellow")
    elif not article.current:
        yield Text("An older version; the archive holds a newer one of this article.", "dim")
    yield from article_notes(article.info)
    yield Text("")


def _around(article: StoredArticle, index: int | None) -> Text:
    last, middle = len(article.sentences) - 1, index or 0
    first, end = max(0, middle - AROUND), min(last, middle + AROUND)
    shown = _marked(article, index, first, end)
    return Text.assemble("… " if first else "", shown, " …" if end < last else "")


def _marked(article: StoredArticle, index: int | None, first: int, last: int) -> Text:
    """The sentences from `first` to `last`, that of `index` between >> and <<."""
    tiles, text = article.sentences, article.text
    start, end = tiles[first].start, tiles[last].end
    if index is None:
        return Text(safe(text[start:end].rstrip(), lines=True))
    cited = tiles[index]
    words = text[cited.start : cited.end]
    tail = words[len(words.rstrip()) :]
    return Text.assemble(
        safe(text[start : cited.start], lines=True),
        (f">>{safe(words)}<<", CITED),
        safe((tail + text[cited.end : end]).rstrip(), lines=True),
    )
