"""Conflicting evidence: articles that give different figures or days for what seems to be the same thing. No model.

Rather too few than wrong ones. Two figures of different articles are set side by side only when they are of one kind
(the same unit, or the same thing counted), differ by more than rounding, are what the question is about, and nothing
near them suggests two different things: another name, year or day, another stage (a new offer, a count half way),
a share of a whole ("a week", "per litre"). Whether one of them is wrong, newer or of something else after all is for
the reader to judge; that is why the sentences, outlets and dates are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answering.conversation import TurnInProgress
from assistant.answering.quantities import Figure, day_of, figures
from assistant.checks.figures import CORRECTION
from assistant.english.questions import asks_for_day, asks_for_figure
from assistant.english.words import content_words, stem, tokens
from assistant.records import Answer, Citation, Disagreement, Evidence, Reading
from assistant.retrieval.evidence import reference, retells_an_error
from assistant.retrieval.retriever import annotated

_SHARED = 2.5  # how much two sentences must share: 1 for a word of the question, 0.5 for any other
_SHARED_BESIDE = 3.5  # the same where the question asks for something else than a figure
_ANSWERS = 0.6  # share of the question's words in a sentence that answers it, cited or not
_MOSTLY = 3  # words of the question in a sentence that speaks of what is asked even without its whole name
_CLOSE = 30  # days between two articles, at most: what was so a season ago is no contradiction
_CLOSE_BESIDE = 7  # the same where the question asks for something else than a figure
_NEAR_UNIT = 2  # words of the question near both of two amounts: all kinds of things cost dollars
_STRETCHES = frozenset(stem(word) for word in ("second", "minute", "hour", "day", "week", "month", "year", "decade"))
_MOST = 3  # disagreements shown
_READINGS = 4  # of one disagreement
_CHANGES = 5  # figures of a story that are shown
_COMPARED = 60  # sentences that are not cited with which each cited one is compared


@dataclass(frozen=True, slots=True)
class Conflict:
    """Figures or days of different articles that cannot all be right."""

    about: str  # what is counted or dated, in words of the sentences
    figures: tuple[Figure, ...]  # two or more, the newest first


def find_conflicts(
    question: str, cited: Sequence[Evidence], others: Sequence[Evidence], *, days: bool | None = None
) -> list[Conflict]:
    """Return what articles give different figures or days for; three things at most.

    Days are compared instead of figures where the question asks for one, unless `days` says otherwise. One of the
    figures is in a sentence that the answer cites, or is just what the question asks to be counted. `others` are more
    sentences on the question, the best first. What a correction only repeats of an error is nobody's figure any more.
    """
    evidence = [e for e in (*cited, *others) if e.sentences > 1 or not retells_an_error(e.text)]
    anchors = {ref for e in cited for ref in references(e)}
    topic = _Topic(question, evidence)
    groups: list[list[Figure]] = []
    compares_days = asks_for_day(question) if days is None else days
    for figure in _figures(topic, evidence, days=compares_days):
        home = next((g for g in groups if all(topic.same_thing(figure, other) for other in g)), None)
        if home is None:
            groups.append([figure])
        else:
            home.append(figure)
    anchored = [group for group in groups if any(f.evidence.ref in anchors or topic.answers(f) for f in group)]
    differing = [readings for group in anchored if len(readings := _readings(group)) > 1][:_MOST]
    return [Conflict(topic.about(readings[0], readings[1]), tuple(readings)) for readings in differing]


def disagreement(conflict: Conflict, shown: Sequence[Citation]) -> Disagreement:
    """Return a conflict as it is shown; its sentences are among `shown`, under their numbers, or within one of them."""
    by_ref = {ref: citation for citation in reversed(shown) for ref in references(citation)}
    return Disagreement(
        about=conflict.about,
        readings=tuple(
            Reading(
                words=figure.words,
                citation=by_ref[figure.evidence.ref],
                correction=bool(CORRECTION.search(f"{figure.evidence.article.title} {figure.evidence.text}")),
            )
            for figure in conflict.figures
        ),
    )


def references(evidence: Evidence) -> tuple[str, ...]:
    """Return the reference of what is cited and, of several sentences, those of each."""
    places = range(evidence.sentence, evidence.sentence + evidence.sentences)
    return tuple(dict.fromkeys((evidence.ref, *(reference(evidence.article, place) for place in places))))


class _Topic:
    """What the question is about, and what each article of the evidence mentions."""

    def __init__(self, question: str, evidence: Sequence[Evidence]) -> None:
        words = content_words(question)
        self._asks_number = asks_for_figure(question)
        self.asked = frozenset(t.stem for t in words)
        self.names = frozenset(t.stem for t in words if t.capital and t.start > 0)
        self._spoken: dict[str, set[str]] = {}
        for e in evidence:
            of_article = self._spoken.setdefault(e.article.id, set())
            of_article |= {t.stem for text in (e.article.title, e.before, e.text) for t in tokens(text)}

    def covers(self, evidence: Evidence) -> bool:
        """Whether its article speaks of all that the question names, as far as its sentences here tell.

        "The bridge carries 23,000 vehicles a day" does so by itself: it has most of the question, and of the name.
        """
        spoken = self._spoken[evidence.article.id]
        return self.names <= spoken or (bool(self.names & spoken) and len(_stems(evidence) & self.asked) >= _MOSTLY)

    def same_thing(self, one: Figure, other: Figure) -> bool:
        """Whether two figures, the same or different ones, seem to be of one thing; see the top of the module."""
        if not (one.of_a_kind(other) and one.of_one_time(other)):
            return False
        shared = _stems(one.evidence) & _stems(other.evidence)
        asked = shared & self.asked
        needed = _SHARED if self._asks_number else _SHARED_BESIDE
        if not asked - self.names or len(asked) + (len(shared) - len(asked)) / 2 < needed:
            return False
        if _days_between(one.evidence, other.evidence) > (_CLOSE if self._asks_number else _CLOSE_BESIDE):
            return False
        near = one.near & other.near & (self.asked - self.names)
        if len(near) < (_NEAR_UNIT if one.number and one.kind else 1):
            return False
        return not (self._lasts(one) or self._lasts(other) or self._other_thing(one, other))

    def answers(self, figure: Figure) -> bool:
        """Whether the figure counts what the question asks to be counted, in a sentence with most of its words."""
        held = _stems(figure.evidence) & self.asked
        return bool(self.asked & set(figure.counted)) and len(held) >= _ANSWERS * len(self.asked)

    def about(self, one: Figure, other: Figure) -> str:
        """Return what both are of, in the words of the first, in its order."""
        shared = (one.near & other.near) | (_stems(one.evidence) & _stems(other.evidence) & self.asked)
        return " … ".join(
            dict.fromkeys(t.text for t in content_words(one.evidence.text) if t.stem in shared and not t.text.isdigit())
        )

    def _lasts(self, figure: Figure) -> bool:
        """Whether it is an age or a stretch of time, of which every article has its own, unless one is asked for."""
        return bool(figure.counted) and figure.counted[0] in _STRETCHES - self.asked

    def _other_thing(self, one: Figure, other: Figure) -> bool:
        return bool(one.years ^ other.years or self._own_names(one, other) or self._own_names(other, one))

    def _own_names(self, one: Figure, other: Figure) -> frozenset[str]:
        return one.names - self.asked - self._spoken[other.evidence.article.id]


def _figures(topic: _Topic, evidence: Sequence[Evidence], *, days: bool) -> Iterator[Figure]:
    event = topic.asked - topic.names
    for e in evidence:
        if not topic.covers(e):
            continue
        if days:
            day = day_of(e, event)
            yield from (day,) if day else ()
        else:
            yield from figures(e)


def _readings(group: Sequence[Figure]) -> list[Figure]:
    """Return the newest sentence for each of the figures that differ, one per article; newest first.

    An article with two of them corrects the first: its last one counts.
    """
    last: dict[str, Figure] = {}
    for figure in sorted(group, key=lambda f: f.evidence.sentence):
        last[figure.evidence.article.id] = figure
    chosen: list[Figure] = []
    for figure in sorted(last.values(), key=_newest_first):
        if all(figure.differs(other) for other in chosen):
            chosen.append(figure)
    return chosen[:_READINGS]


def _newest_first(figure: Figure) -> tuple[bool, int]:
    published = figure.evidence.article.published
    return published is None, -(published or date.min).toordinal()


def _days_between(one: Evidence, other: Evidence) -> int:
    """Return 0 when one of them is not dated: their distance is unknown."""
    first, last = one.article.published, other.article.published
    return abs((first - last).days) if first and last else 0


def _stems(evidence: Evidence) -> frozenset[str]:
    return frozenset(t.stem for t in content_words(evidence.text) if not t.text.isdigit())


# -- figures of a story that change


def with_changes(
    given: Answer, turn: TurnInProgress, sentences: Sequence[Evidence], texts: Mapping[str, str]
) -> Answer:
    """Return the overview with the figures that change or differ between articles, and the sentences that give them.

    Each cited sentence is compared as if its own words were asked about: the subject of a story ("the Pellin Bridge")
    does not say which of its figures is meant.

    `sentences` are those of the story with figures, one by one, those of the surest articles first; `texts` are those
    of its articles, by id.
    """
    cited = {ref for citation in given.citations for ref in references(citation)}
    found = _changes([s for s in sentences if s.ref in cited], [s for s in sentences if s.ref not in cited][:_COMPARED])
    there = {ref for citation in given.evidence for ref in references(citation)}
    new = {f.evidence.ref: f.evidence for conflict in found for f in conflict.figures if f.evidence.ref not in there}
    shown = (*given.evidence, *turn.numbered.after(given.evidence).cite(annotated(list(new.values()), texts)))
    return replace(given, disagreements=tuple(disagreement(c, shown) for c in found), evidence=shown)


def _changes(cited: Sequence[Evidence], others: Sequence[Evidence]) -> list[Conflict]:
    found: list[Conflict] = []
    told: set[str] = set()  # sentences whose figure is set beside another already
    for sentence in cited:
        beside = [e for e in (*cited, *others) if e.ref != sentence.ref]
        for conflict in find_conflicts(sentence.text, (sentence,), beside, days=False):
            refs = {figure.evidence.ref for figure in conflict.figures}
            if not refs & told and len(found) < _CHANGES:
                found.append(conflict)
                told |= refs
    return found
