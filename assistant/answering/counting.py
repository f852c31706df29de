"""Counts over the archive and first mentions: computed from the index, saying what was counted. Read `counted_answer`.

The count itself is the program's; each article behind it is shown by the sentence that mentions the subject.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.conversation import TurnInProgress
from assistant.answering.extractive import nothing_shown, overview_answer, quoting_statement
from assistant.checks.injection import is_order, undisguised
from assistant.english.broad_questions import Kind, Wish
from assistant.errors import UsageError
from assistant.library.library import Library
from assistant.records import Answer, ArticleInfo, Citation, DayOfStory, Filters, StoryFigures, When
from assistant.retrieval.mentions import Mentions, find_mentions, mentioning_sentences
from assistant.retrieval.query import outlets_meant
from assistant.retrieval.retriever import Retriever, annotated, with_prints
from assistant.wording import counted_in_words

_FIRST = 3  # articles of the day of the first mention that are shown


def counted_answer(library: Library, turn: TurnInProgress, wish: Wish, filters: Filters, length: int) -> Answer:
    """Return how many articles mention a subject, or which did so first, with at most `length` of them cited.

    Raises `UsageError` where the question says nothing to count, and as retrieval does.
    """
    asked = Retriever(library).understand(wish.subject or turn.question, asked_on=turn.asked_on, filters=filters)
    query = replace(asked, outlets=outlets_meant(wish.parties, library.outlets) or asked.outlets)
    mentions = find_mentions(library, query, wish.subject)
    if not mentions.wanted:
        raise UsageError("Say what is to be counted, e.g. “How many articles mention the bridge?”")
    if not mentions.articles:
        figures = _figures(wish, mentions, (), length)
        return replace(nothing_shown(turn, counted_in_words(figures)), story=figures)
    chosen = _chosen(mentions.articles, wish.kind, length)
    found = with_prints(library, mentioning_sentences(library, mentions, chosen, _reports))
    texts = {e.article.id: library.catalog.article(e.article.id) for e in found}
    cited = turn.numbered.cite(annotated(found, {i: stored.text for i, stored in texts.items() if stored}))
    statements = [replace(quoting_statement(c), when=_appeared(c.article)) for c in cited]
    return overview_answer(turn, statements, cited, 1.0, _figures(wish, mentions, cited, length))


def _chosen(articles: Sequence[ArticleInfo], kind: Kind, length: int) -> Sequence[ArticleInfo]:
    """Return the articles that are shown: the earliest ones, or those of the day of the first mention."""
    if kind is Kind.COUNT:
        return articles[:length]
    return [info for info in articles if info.published == articles[0].published][: min(_FIRST, length)]


def _reports(text: str) -> bool:
    return not is_order(undisguised(text))


def _appeared(info: ArticleInfo) -> When | None:
    """Return the day of an article as that of its entry: it is articles that are counted."""
    return When(info.published, info.published, reported=True) if info.published else None


def _figures(wish: Wish, mentions: Mentions, cited: Sequence[Citation], length: int) -> StoryFigures:
    used = {c.article.id for c in cited}
    stories = {info.story or info.id for info in mentions.articles}
    days = Counter(info.published for info in mentions.articles if info.published)
    shown = Counter(info.published for info in mentions.articles if info.id in used)
    return StoryFigures(
        kind=wish.kind.value,
        subject=wish.searched,
        articles=len(mentions.articles),
        copies=len(mentions.articles) - len(stories),
        further=0,
        days=tuple(DayOfStory(day, days[day], shown[day]) for day in sorted(days)),
        more=wish.kind is Kind.COUNT and len(mentions.articles) > length,
        counted=tuple(each.words for each in mentions.wanted),
        among=mentions.searched,
    )
