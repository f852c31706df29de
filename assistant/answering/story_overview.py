"""An overview: the facts of a story that matter, quoted, dated and cited. Read `story_overview`.

    subject -> story (its articles) -> sentences, by how much they matter -> entries, none of which repeats another
    each entry is dated and becomes a statement that quotes its article; the kind of question decides their order

What is quoted word for word is supported by definition. A language model, where there is one, writes the overview
instead (`written_overview`). Where articles give different figures or days, all readings are
set beside the overview, the newest first.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answering.abstention import covered, days_cited
from assistant.answering.answer import AnswerSetup, finished, with_notices
from assistant.answering.conflicts import with_changes
from assistant.answering.conversation import TurnInProgress
from assistant.answering.entries import FEWEST, FEWEST_OF_A_SIDE, USUAL, OverviewEntry, choose
from assistant.answering.extractive import nothing_shown, overview_answer, quoting_statement
from assistant.answering.generative import GenerativeAnswerer
from assistant.answering.written_overview import written_overview
from assistant.english.broad_questions import Kind, Wish
from assistant.english.words import SPEECH_STEMS, content_words
from assistant.library.library import Library
from assistant.llm.chat import OnText
from assistant.llm.usage import total
from assistant.records import (
    Answer,
    Citation,
    DayOfStory,
    Evidence,
    Filters,
    StoryFigures,
    When,
)
from assistant.retrieval.evidence import reference, when_of
from assistant.retrieval.query import Query
from assistant.retrieval.retriever import Retriever, annotated, with_prints
from assistant.retrieval.story import Story
from assistant.retrieval.story_sentences import StorySentences, of_the_story, story_sentences
from assistant.retrieval.understanding import Side, searched_for, sides_of, story_asked_for
from assistant.wording import outlet_of, published, speaker_named, title_of

_SAID = 0.5  # worth of being somebody's words where sides are asked for
_OLD = 0.06  # taken off for each day before the newest article where the latest is asked for …
_OLDEST = 3.0  # … at most
TOKENS_AN_ENTRY = 85  # of a prompt, about: of its 3,000 tokens 35 entries take most
_NOBODY = "What the articles report"  # heading of what no side says


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A story, what was chosen of it, and for whom."""

    library: Library
    turn: TurnInProgress
    wish: Wish
    side: str  # of a comparison: its name; "" elsewhere
    story: Story
    sentences: StorySentences
    entries: list[OverviewEntry]  # best first
    length: int  # entries that are wanted at most

    def quoted(self) -> tuple[Citation, ...]:
        """Return the entries that are quoted, in their order."""
        kind = Kind.TIMELINE if self.wish.moment else self.wish.kind
        return self.turn.numbered.cite(_ordered(self.evidence(self.entries[: self.length]), kind))

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
    offered: int = 0,
    on_text: OnText | None = None,
) -> Answer:
    """Return the overview that a question wishes for, of at most `length` entries; an abstention where nothing is.

    Where a language model is configured it writes the overview from `offered` entries, at least from those that would
    be quoted, and its draft is passed to `on_text`. Raises `UsageError` and `LibraryMissing` as retrieval does, and
    `ModelError`.
    """
    sides = sides_of(library, wish, asked_on=turn.asked_on, filters=filters)
    words = searched_for(wish, sides) or turn.question
    query = Retriever(library).understand(words, asked_on=turn.asked_on, filters=filters)
    stories = {side: _story(library, query, wish, side, length) for side in sides}
    told = {side: story for side, story in stories.items() if story.articles}
    if not told:
        return _nothing(turn, words if wish.subject or wish.moment else "", stories[sides[0]], setup)
    read = offered if isinstance(setup.answerer, GenerativeAnswerer) else 0
    share = -(-length // len(sides))  # a side does not grow longer because the other has nothing
    parts = [_made(library, turn, wish, side, story, share, -(-read // len(sides))) for side, story in told.items()]
    given = finished(_joined(_in_turn(parts, setup, on_text), stories), setup)
    return given if given.abstained else _with_readings(given, turn, parts)


def _story(library: Library, query: Query, wish: Wish, side: Side, length: int) -> Story:
    """Return the story of one side; without articles where the archive has nothing of it."""
    limited = replace(query, filters=side.filters or query.filters)
    if side.filters is None:
        return Story(query=limited, articles=())
    return story_asked_for(library, limited, length, anything=not (wish.subject or wish.moment))


def _made(
    library: Library, turn: TurnInProgress, wish: Wish, side: Side, story: Story, length: int, offered: int
) -> _Made:
    sentences = story_sentences(library, story.articles)
    entries = _entries(story, sentences, wish, max(length, offered))
    return _Made(
        library=library,
        turn=turn,
        wish=wish,
        side=side.name,
        story=story,
        sentences=sentences,
        entries=entries,
        length=length,
    )


def _in_turn(parts: Sequence[_Made], setup: AnswerSetup, on_text: OnText | None) -> list[Answer]:
    """Return the answer of each side; a sentence keeps its number from side to side."""
    answers: list[Answer] = []
    for part in parts:
        numbered = part.turn.numbered.after([c for each in answers for c in each.evidence])
        answers.append(_told(replace(part, turn=replace(part.turn, numbered=numbered)), setup, on_text))
    return answers


def _told(made: _Made, setup: AnswerSetup, on_text: OnText | None) -> Answer:
    """Return the overview that quotes the entries, or the one that the language model writes of them and of more."""
    given = _quoting(made)
    if not isinstance(setup.answerer, GenerativeAnswerer):
        return given
    more = made.turn.numbered.after(given.evidence).cite(made.evidence(made.entries[made.length :]))
    offered = replace(given, evidence=(*given.evidence, *more))
    if made.side and on_text is not None:
        on_text(f"{made.side}\n")
    given = written_overview(made.turn, setup.answerer, offered, setup.reading, on_text)
    return replace(given, statements=tuple(replace(s, heading=made.side or s.heading) for s in given.statements))


def _joined(answers: Sequence[Answer], stories: Mapping[Side, Story]) -> Answer:
    """Return the answers of the sides as one, with how many articles each side has."""
    if len(stories) == 1:
        return answers[0]
    statements = tuple(s for each in answers for s in each.statements)
    first, last = days_cited(statements)
    figures = _figures_of_all([each.story for each in answers if each.story is not None])
    return replace(
        answers[0],
        statements=statements,
        evidence=tuple(c for each in answers for c in each.evidence),
        evidence_from=first,
        evidence_until=last,
        usage=total(each.usage for each in answers) if answers[0].model else None,
        notices=tuple(dict.fromkeys(n for each in answers for n in each.notices)),
        unknown=tuple(sorted({n for each in answers for n in each.unknown})),
        unproven=tuple(s for each in answers for s in each.unproven),
        left_out=tuple(v for each in answers for v in each.left_out),
        story=replace(figures, sides=tuple((side.name, len(story.articles)) for side, story in stories.items())),
    )


def _figures_of_all(parts: Sequence[StoryFigures]) -> StoryFigures:
    """Return the figures of the sides as those of one story."""
    articles: Counter[date] = Counter()
    cited: Counter[date] = Counter()
    for each in (each for part in parts for each in part.days):
        articles[each.day] += each.articles
        cited[each.day] += each.cited
    return replace(
        parts[0],
        articles=sum(part.articles for part in parts),
        copies=sum(part.copies for part in parts),
        further=sum(part.further for part in parts),
        unmeasured=any(part.unmeasured for part in parts),
        days=tuple(DayOfStory(day, articles[day], cited[day]) for day in sorted(articles)),
        more=any(part.more for part in parts),
    )


def _entries(story: Story, sentences: StorySentences, wish: Wish, length: int) -> list[OverviewEntry]:
    counted = of_the_story(sentences, story.query) if wish.subject else [True] * len(sentences.sentences)
    bonus = _bonus(story, sentences, wish.kind)
    fewest = FEWEST if wish.kind is not Kind.COMPARISON else FEWEST_OF_A_SIDE
    return choose(sentences, length, bonus, lambda i: counted[i], one_each=story.one_each, fewest=fewest)


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
    statements = [quoting_statement(c, made.side or _heading(c, made.wish.kind)) for c in cited]
    return overview_answer(made.turn, statements, cited, _confidence(made.story), _figures(made, cited))


def _with_readings(given: Answer, turn: TurnInProgress, parts: Sequence[_Made]) -> Answer:
    """Return the answer with the figures that articles disagree on, and with notices."""
    texts = {id_: text for part in parts for id_, text in part.texts.items()}
    figures = [e for part in parts for e in _with_figures(part)]
    return with_notices(with_changes(given, turn, figures, texts), turn)


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
        subject=made.wish.subject or made.wish.moment if made.side else made.wish.searched,
        articles=len(made.story.articles),
        copies=made.story.copies,
        further=len(made.story.unread),
        unmeasured=made.story.more,
        days=tuple(DayOfStory(day, len(of), sum(of)) for day, of in sorted(days.items())),
        more=len(made.entries) >= made.length,
    )


def _nothing(turn: TurnInProgress, subject: str, story: Story, setup: AnswerSetup) -> Answer:
    """Return the abstention where no article is about the subject, with the nearest that there are."""
    near = "; ".join(f"“{title_of(info)}” ({outlet_of(info)}, {published(info)})" for info in story.near)
    about = f"No article is about “{subject}”." if subject else "No article lies within the limits."
    nearest = f" The nearest are {near}." if near else ""
    return nothing_shown(turn, f"{about}{nearest} {covered(setup.library.status())}")
