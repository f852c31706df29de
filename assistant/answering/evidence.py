"""Evidence formatting: numbered sentences as the model reads them, grouped by article.

    <article date="27 November 2025" outlet="Reuters" title="Call on Taiwan">
    [4] On the call on Tuesday, the president … {on Tuesday = 25 November 2025}
    </article>

What an article says is data and may be hostile. Three kinds of signs carry the frame: `<…>` for articles, `[n]` for
numbers, `{…}` for notes on dates. None of them, nor a look-alike, survives in words from an article, and a sentence,
title or outlet is always one line; so no article can forge a number, close its frame or begin another. The model only
reads this text: what is shown to a person as a quotation always comes from the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.records import ArticleInfo, Citation, DateMention, Evidence
from assistant.safe_text import as_data
from assistant.wording import long_date, span_of_days

if TYPE_CHECKING:
    from assistant.llm.tokens import TokenCounter

_ANY_NUMBER = 999  # stands for numbers not given yet: all up to three digits cost the same

_TITLE_LENGTH = 200  # characters
_OUTLET_LENGTH = 60  # characters
_MENTION_LENGTH = 60  # characters of the words that name a date
_SENTENCE_LENGTH = 4_000  # characters; the longest sentences of news have some 1,000, longer ones are lists or attacks


def frame_evidence(evidence: Sequence[Citation]) -> str:
    """The evidence as text for a prompt.

    Articles come in the order of their first sentence in `evidence`, the best first; within an article the sentences
    stand in reading order, whatever their rank, because "he" or "the deal" is explained by the sentence before.
    """
    return "\n".join(article_block(group) for group in by_article(evidence))


def by_article(evidence: Sequence[Citation]) -> list[list[Citation]]:
    """The evidence in groups of one article version, in the order of their first sentence in `evidence`."""
    groups: dict[tuple[str, int], list[Citation]] = {}
    for citation in evidence:
        groups.setdefault((citation.article.id, citation.article.version), []).append(citation)
    return list(groups.values())


def article_block(sentences: Sequence[Citation]) -> str:
    """The lines of one article; `sentences` are all of that article."""
    ordered = sorted(sentences, key=lambda citation: (citation.sentence, citation.start, citation.number))
    lines = (sentence_line(citation, citation.number) for citation in ordered)
    return "\n".join((article_opening(ordered[0].article), *lines, "</article>"))


def article_opening(article: ArticleInfo) -> str:
    """The line that opens an article."""
    day = long_date(article.published) if article.published else "unknown"
    outlet = _attribute(article.outlet, _OUTLET_LENGTH)
    title = _attribute(article.title, _TITLE_LENGTH)
    return f'<article date="{day}" outlet="{outlet}" title="{title}">'


def sentence_line(evidence: Evidence, number: int) -> str:
    """One numbered sentence, with notes on the dates that depend on when the article was written."""
    notes = [_note(evidence.text, mention) for mention in evidence.dates if mention.relative]
    note = f" {{{'; '.join(dict.fromkeys(notes))}}}" if notes else ""
    return f"[{number}] {as_data(evidence.text, _SENTENCE_LENGTH)}{note}"


def _note(text: str, mention: DateMention) -> str:
    words = as_data(text[mention.start : mention.end], _MENTION_LENGTH)
    return f"{words} = {span_of_days(mention.first, mention.last)}"


def _attribute(text: str, longest: int) -> str:
    """`text` as the value of an attribute: without the double quote that would end it; "unknown" when empty."""
    return as_data(text, longest).replace('"', "'") or "unknown"


def fit(evidence: Sequence[Evidence], budget: int, counter: TokenCounter) -> int:
    """How many of `evidence`, the best first, fit in `budget` tokens when framed: whole sentences, none skipped."""
    spent = 0
    opened: set[tuple[str, int]] = set()
    for rank, sentence in enumerate(evidence):
        article = (sentence.article.id, sentence.article.version)
        lines = [sentence_line(sentence, _ANY_NUMBER)]
        if article not in opened:
            lines += [article_opening(sentence.article), "</article>"]
        spent += sum(counter.count(f"{line}\n") for line in lines)
        if spent > budget:
            return rank
        opened.add(article)
    return len(evidence)
