"""An overview: the facts of a story that matter, quoted, dated and cited. Read `story_overview`.

    subject -> story (its articles) -> sentences, by how much they matter -> entries, none of which repeats another
    each entry is dated and becomes a statement that quotes its article; the kind of question decides their order

What is quoted word for word is supported by definition. A language model, where there is one, writes the overview
instead (`written_overview`). Where articles give different figures or days, all readings are
set beside the overview, the newest first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answering.abstention import covered
from assistant.answering.answer import AnswerSetup, finished, with_notices
from assistant.answering.conflicts import with_changes
from assistant.answering.conversation import TurnInProgress
from assistant.answering.entries import USUAL, OverviewEntry, choose
from assistant.answering.extractive import nothing_shown, overview_answer, quoting_statement
from assistant.answering.generative import GenerativeAnswerer
from assistant.answering.written_overview import written_overview
from assistant.english.broad_questions import Kind, Wish
from assistant.english.word_classes import SPEECH_STEMS
from assistant.english.words import content_words
from assistant.library.library import Library
from assistant.llm.chat import OnText
from assistant.records import (
    Answer,
    Citation,
    DayOfStory,
    Evidence,
    Filters,
    StoryFigures,
    When,
)
from assistant.retrieval.evidence import reference
from assistant.retrieval.retriever import Retriever, annotated, with_prints
from assistant.retrieval.story import Story
from assistant.retrieval.story_sentences import StorySentences, of_the_story, story_sentences
from assistant.retrieval.understanding import story_asked_for, where_asked
from assistant.retrieval.when import when_of
from assistant.wording import outlet_of, published, speaker_named, title_of

_SAID = 0.5  # worth of being somebody's words where sides are asked for
_OLD = 0.06  # taken off for each day before the newest article where the latest is asked for …
_OLDEST = 3.0  # … at most
_READ_MORE = 2.5  # times as many entries are offered to a model as are quoted without one: one prompt holds about 35
_NOBODY = "What the articles report"  # heading of what no side says


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A story, what was chosen of it, and for whom."""

    library: Library
    turn: TurnInProgress
    wish: Wish
    story: Story
    sentences: StorySentences
    entries: list[OverviewEntry]  # best first
    length: int  # entries that are wanted at most

    def quoted(self) -> tuple[Citation, ...]:
        """Return the entries that are quoted, in their order."""
        return self.turn.numbered.cite(_ordered(self.evidence(self.entries[: self.length]), self.wish.kind))

    def evidence(self, entries: Sequence[OverviewEntry]) -> list[Evidence]:
        """Return entries as evidence, with their dates, their speakers and where else their stories are printed."""
        found = with_prints(self.library, [self.span(entry) for entry in entries])
        return annotated(found, self.texts)

    def span(self, entry: OverviewEntry) -> Evidence:
        """Return the words of an entry."""
        first, last = self.sentences.sentences[entry.sentences[0]], self.sentences.sentences[entry.sentences[-1]]
        article = self.story.articles[first.article]
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

    @property
    def texts(self) -> dict[str, str]:
        """The texts of the story's articles, by id."""
        return {a.info.id: a.text.text for a in self.story.articles}


def story_overview(
    library: Library,
    turn: TurnInProgress,
    wish: Wish,
    filters: Filters,
    setup: AnswerSetup,
    length: int = USUAL,
    on_text: OnText | None = None,
) -> Answer:
    """Return the overview that a question wishes for, of at most `length` entries; an abstention where nothing is.

    Where a language model is configured it writes the overview, and its draft is passed to `on_text`. Raises
    `UsageError` and `LibraryMissing` as retrieval does, and `ModelError`.
    """
    wish, filters = where_asked(library, wish, filters)
    query = Retriever(library).understand(wish.searched or turn.question, asked_on=turn.asked_on, filters=filters)
    story = story_asked_for(library, query, wish, length)
    if not story.articles:
        return _nothing(turn, wish, story, setup)
    writer = setup.answerer if isinstance(setup.answerer, GenerativeAnswerer) else None
    sentences = story_sentences(library, story.articles)
    entries = _entries(story, sentences, wish, int(length * _READ_MORE) if writer else length)
    made = _Made(
        library=library, turn=turn, wish=wish, story=story, sentences=sentences, entries=entries, length=length
    )
    given = _quoting(made)
    if writer is not None:
        more = turn.numbered.after(given.evidence).cite(made.evidence(entries[length:]))
        given = written_overview(
            turn, writer, replace(given, evidence=(*given.evidence, *more)), setup.reading, on_text
        )
    given = finished(given, setup)
    return given if given.abstained else _with_readings(given, made)


def _entries(story: Story, sentences: StorySentences, wish: Wish, length: int) -> list[OverviewEntry]:
    counted = of_the_story(sentences, story.query) if wish.subject else [True] * len(sentences.sentences)
    bonus = _bonus(story, sentences, wish.kind)
    return choose(sentences, length, bonus, lambda i: counted[i], one_each=story.one_each)


def _bonus(story: Story, sentences: StorySentences, kind: Kind) -> Callable[[int], float]:
    """Return what a sentence is worth more, or less, for the kind of question."""
    if kind is Kind.LATEST:
        days = [a.info.published for a in story.articles]
        newest = max((d for d in days if d), default=date.max)
        off = [min(_OLDEST, _OLD * (newest - d).days) if d else _OLDEST for d in days]
        return lambda i: -off[sentences.sentences[i].article]
    if kind is Kind.SIDES:
        return lambda i: _SAID * _is_said(sentences.sentences[i].text)
    return lambda _: 0.0


def _is_said(text: str) -> bool:
    return "“" in text or '"' in text or any(token.stem in SPEECH_STEMS for token in content_words(text))


def _quoting(made: _Made) -> Answer:
    """Return the overview that quotes the entries."""
    cited = made.quoted()
    statements = [quoting_statement(c, _heading(c, made.wish.kind)) for c in cited]
    return overview_answer(made.turn, statements, cited, _confidence(made.story), _figures(made, cited))


def _with_readings(given: Answer, made: _Made) -> Answer:
    """Return the answer with the figures that articles disagree on, and with notices."""
    return with_notices(with_changes(given, made.turn, _with_figures(made), made.texts), made.turn)


def _heading(evidence: Evidence, kind: Kind) -> str:
    if kind is Kind.COMPARISON:
        return outlet_of(evidence.article)
    named = speaker_named(evidence) or _NOBODY
    return f"{named[0].upper()}{named[1:]}" if kind is Kind.SIDES else ""


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


def _with_figures(made: _Made) -> list[Evidence]:
    """Return the sentences of the story with figures, those of the surest articles first."""
    told = enumerate(made.sentences.sentences)
    return [made.span(OverviewEntry((i,), 0.0)) for i, s in told if any(c.isdigit() for c in s.text)]


def _confidence(story: Story) -> float:
    return 1 / (1 + math.exp(-story.articles[0].about))


def _figures(made: _Made, cited: Sequence[Citation]) -> StoryFigures:
    used = {c.article.id for c in cited}
    days: dict[date, list[bool]] = {}
    for article in made.story.articles:
        if article.info.published:
            days.setdefault(article.info.published, []).append(article.info.id in used)
    return StoryFigures(
        kind=made.wish.kind.value,
        subject=made.wish.searched,
        articles=len(made.story.articles),
        copies=made.story.copies,
        further=len(made.story.unread),
        days=tuple(DayOfStory(day, len(of), sum(of)) for day, of in sorted(days.items())),
        more=len(made.entries) >= made.length,
    )


def _nothing(turn: TurnInProgress, wish: Wish, story: Story, setup: AnswerSetup) -> Answer:
    """Return the abstention where no article is about the subject, with the nearest that there are."""
    near = "; ".join(f"“{title_of(info)}” ({outlet_of(info)}, {published(info)})" for info in story.near)
    about = f"No article is about “{wish.searched}”." if wish.searched else "No article lies within the limits."
    nearest = f" The nearest are {near}." if near else ""
    return nothing_shown(turn, f"{about}{nearest} {covered(setup.library.status())}")
