"""Notices that cited articles carry: an answer that stands on a corrected or retracted article says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.records import ArticleInfo, Citation

_SAYS = {
    "retraction": "The article cited as {numbers} was retracted. Do not rely on it without a further source.",
    "correction": "The article cited as {numbers} carries a correction: see its source line.",
}


def correction_notices(cited: Sequence[Citation]) -> Iterator[str]:
    """One line for each cited article that was retracted or corrected, the retracted ones first."""
    articles: dict[str, tuple[ArticleInfo, list[int]]] = {}
    for citation in cited:
        articles.setdefault(citation.article.id, (citation.article, []))[1].append(citation.number)
    for kind, words in _SAYS.items():
        for info, numbers in articles.values():
            if info.notice_kind == kind:
                yield words.format(numbers=", ".join(f"[{number}]" for number in sorted(numbers)))
