"""An overview without a model: the facts of a story that matter, quoted, dated and cited. Read `story_overview`.

    subject -> story (its articles) -> sentences, by how much they matter -> entries, none of which repeats another
    each entry is dated and becomes a statement that quotes its article; the kind of question decides their order

What is quoted word for word is supported by definition. Where articles give different figures or days, all readings are
set beside the overview, the newest first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answering.abstention import covered
from assistant.answering.answer import AnswerSetup, with_conflicts, with_notices
from assistant.answering.conversation import TurnInProgress
from assistant.answering.entries import USUAL, OverviewEntry, choose
from assistant.answering.quoting import nothing_shown, overview_answer, quoting_statement
from assistant.english.broad_questions import Kind, Wish
from assistant.english.word_classes import SPEECH_STEMS
from assistant.english.words import content_words
from assistant.library.library import Library
from assistant.records import (
    Answer,
    Citation,
    DayOfStory,
    Evidence,
    Filters,
    Retrieved,
    StoryFigures,
    When,
)
from assistant.retrieval.evidence import reference
from assistant.retrieval.query import Query, outlets_meant
from assistant.retrieval.retriever import Retriever, annotated, with_copies
from assistant.retrieval.story import Story, find_story, whole_archive
from assistant.retrieval.story_sentences import StorySentences, story_sentences
from assistant.retrieval.when import when_of
from assistant.wording import outlet_of, published, speaker_named, title_of

_SAID = 0.5  # worth of being somebody's words where sides are asked for
_OLD = 0.06  # taken off for each day before the newest article where the latest is asked for …
_OLDEST = 3.0  # … at most
_COMPARED = 60  # sentences with figures that are compared with those cited
_NOBODY = "What the articles report"  # heading of what no side says


@dataclass(frozen=True, slots=True)
class _Made:
    """A story and what was chosen of it."""

    story: Story
    sentences: StorySentences
    entries: list[OverviewEntry]


def story_overview(
    library: Library, turn: TurnInProgress, wish: Wish, filters: Filters, setup: AnswerSetup, length: int = USUAL
) -> Answer:
    """Return the overview that a question wishes for, of at most `length` entries; an abstention where nothing is.

    Raises `UsageError` and `LibraryMissing` as retrieval does.
    """
    outlets = outlets_meant(wish.parties, library.outlets) if wish.kind is Kind.COMPARISON else ()
    if outlets:  # then they are where it is looked for, and not what
        wish = replace(wish, parties="")
        filters = replace(filters, outlets=filters.outlets or outlets)
    query = Retriever(library).understand(wish.searched or turn.question, asked_on=turn.asked_on, filters=filters)
    story = _story(library, query, wish, length)
    if not story.articles:
        return _nothing(turn, wish, story, setup)
    sentences = story_sentences(library, story.articles)
    made = _Made(story, sentences, _entries(story, sentences, wish, length))
    cited = turn.numbered.cite(_ordered(_evidence(library, made), wish.kind))
    return _answer(turn, wish, made, cited, length)


def _story(library: Library, query: Query, wish: Wish, length: int) -> Story:
    if not wish.subject:
        return whole_archive(library, query, length)
    return find_story(library, query, library.embedder.embed([wish.searched])[0])


def _entries(story: Story, sentences: StorySentences, wish: Wish, length: int) -> list[OverviewEntry]:
    return choose(sentences, length, _bonus(story, sentences, wish.kind), one_each=story.one_each)


def _bonus(story: Story, sentences: StorySentences, kind: Kind) -> Callable[[int], float]:
    """Return what a sentence is worth more, or less, for the kind of question."""
    if kind is Kind.LATEST:
        days = [a.info.published for a in story.articles]
        newest = max((d for d in days if d), default=date.max)
        age = [(newest - d).days if d else 0 for d in days]
        return lambda i: -min(_OLDEST, _OLD * age[sentences.sentences[i].article])
    if kind is Kind.SIDES:
        return lambda i: _SAID * _is_said(sentences.sentences[i].text)
    return lambda _: 0.0


def _is_said(text: str) -> bool:
    return "“" in text or '"' in text or any(token.stem in SPEECH_STEMS for token in content_words(text))


def _evidence(library: Library, made: _Made) -> list[Evidence]:
    """Return each entry as evidence, with its dates, its speaker and where else its story is printed."""
    found = with_copies(library, [_span(made, entry) for entry in made.entries])
    texts = {a.info.id: a.text.text for a in made.story.articles}
    return annotated(found, texts)


def _span(made: _Made, entry: OverviewEntry) -> Evidence:
    first, last = made.sentences.sentences[entry.sentences[0]], made.sentences.sentences[entry.sentences[-1]]
    article = made.story.articles[first.article]
    return Evidence(
        ref=reference(article.info, first.index, len(entry.sentences)),
        article=article.info,
        sentence=first.index,
        start=first.start,
        end=last.end,
        text=article.text.text[first.start : last.end],
        score=1 / (1 + math.exp(-entry.worth)),
        sentences=len(entry.sentences),
    )


def _answer(turn: TurnInProgress, wish: Wish, made: _Made, cited: Sequence[Citation], length: int) -> Answer:
    statements = [quoting_statement(c, _heading(c, wish.kind)) for c in cited]
    given = overview_answer(turn, statements, cited, _confidence(made.story), _figures(wish, made, cited, length))
    others = Retrieved(
        evidence=tuple(_with_figures(made)),
        confidence=given.confidence,
        texts={a.info.id: a.text.text for a in made.story.articles},
    )
    return with_notices(with_conflicts(given, replace(turn, question=wish.searched or turn.question), others), turn)


def _heading(evidence: Evidence, kind: Kind) -> str:
    if kind is Kind.COMPARISON:
        return outlet_of(evidence.article)
    return (speaker_named(evidence) or _NOBODY) if kind is Kind.SIDES else ""


def _ordered(evidence: Sequence[Evidence], kind: Kind) -> list[Evidence]:
    """Return the entries by time for a timeline, the newest first for the latest, by part for sides; else by weight."""
    if kind is Kind.TIMELINE:
        return sorted(evidence, key=_time)
    if kind is Kind.LATEST:
        return sorted(evidence, key=_time, reverse=True)
    if kind in (Kind.SIDES, Kind.COMPARISON):
        parts = dict.fromkeys(_heading(e, kind) for e in evidence)
        order = sorted(parts, key=lambda heading: heading == _NOBODY)
        return sorted(evidence, key=lambda e: order.index(_heading(e, kind)))
    return list(evidence)


def _time(evidence: Evidence) -> tuple[date, date]:
    when = when_of(evidence) or When(date.min, date.min, reported=True)
    return when.first, when.last


def _with_figures(made: _Made) -> Iterator[Evidence]:
    """Yield the sentences with figures, those of the surest articles first: with them the entries are compared."""
    chosen = {i for entry in made.entries for i in entry.sentences}
    places = (i for i, s in enumerate(made.sentences.sentences) if i not in chosen and any(c.isdigit() for c in s.text))
    for count, i in enumerate(places):
        if count == _COMPARED:
            return
        yield _span(made, OverviewEntry((i,), 0.0))


def _confidence(story: Story) -> float:
    return 1 / (1 + math.exp(-story.articles[0].about))


def _figures(wish: Wish, made: _Made, cited: Sequence[Citation], length: int) -> StoryFigures:
    used = {c.article.id for c in cited}
    days: dict[date, list[bool]] = {}
    for article in made.story.articles:
        if article.info.published:
            days.setdefault(article.info.published, []).append(article.info.id in used)
    return StoryFigures(
        kind=wish.kind.value,
        subject=wish.searched,
        articles=len(made.story.articles),
        copies=made.story.copies,
        further=made.story.further,
        days=tuple(DayOfStory(day, len(of), sum(of)) for day, of in sorted(days.items())),
        more=len(made.entries) == length,
    )


def _nothing(turn: TurnInProgress, wish: Wish, story: Story, setup: AnswerSetup) -> Answer:
    """Return the abstention where no article is about the subject, with the nearest that there are."""
    near = "; ".join(f"“{title_of(info)}” ({outlet_of(info)}, {published(info)})" for info in story.near)
    about = f"No article is about “{wish.searched}”." if wish.searched else "No article lies within the limits."
    nearest = f" The nearest are {near}." if near else ""
    return nothing_shown(turn, f"{about}{nearest} {covered(setup.library.status())}")
