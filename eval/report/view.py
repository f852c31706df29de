"""View model of the reports: each question with its answer, its evidence, and what was missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from assistant.records import Answer, Citation, DateMention, Evidence, Statement
from eval.claim_scoring import shown_by
from eval.records import GoldPlace, QuestionResult, Run, Status, SuiteQuestion

FAILED, UNSCORED, PASSED, SKIPPED = "failed", "not scored", "passed", "skipped"
_ORDER = (FAILED, UNSCORED, PASSED, SKIPPED)
OTHERS_SHOWN = 6  # sentences of evidence beside those cited, of questions that did not pass


class ShownSentence(NamedTuple):
    """One sentence as it is shown."""

    number: int  # its marker in the answer, 0 without one
    before: str  # the sentence before it, where it points back to it; else ""
    text: str
    place: str  # outlet, day and title
    gold: str  # "gold" when the suite names it, "also" when it may be cited besides, "" when neither
    added: tuple[str, ...]  # dates worked out, "Saturday = 22 Mar 2025"


class Missed(NamedTuple):
    """A gold sentence of which neither it nor an alternative is cited."""

    text: str
    place: str
    found: str  # how far it came: "offered, not cited", "ranked 7th, not offered", "not among the first ten"
    others: int  # further sentences that would have done


class Shown(NamedTuple):
    """One question of a run as it is shown."""

    state: str  # FAILED, UNSCORED, PASSED or SKIPPED
    result: QuestionResult
    question: SuiteQuestion
    after: str  # the question before it in the conversation, "" for none
    expected: tuple[tuple[str, ...], ...]  # the parts of the answer, each with its wordings
    cited: tuple[ShownSentence, ...]
    missed: tuple[Missed, ...]
    others: tuple[ShownSentence, ...]  # offered or ranked, but not cited; none for what passed
    seconds: float | None

    @property
    def key(self) -> str:
        """Unique within the run."""
        return f"{self.result.id}-{self.result.repeat}" if self.result.repeat else self.result.id


def shown(run: Run) -> list[Shown]:
    """Return all results, failures first, in suite order within each state."""
    questions = {q.id: q for q in run.suite.questions}
    seconds = {(t.id, t.repeat): t.seconds for t in run.timings}
    found = [
        _shown(result, questions.get(result.id) or SuiteQuestion(id=result.id, question=result.id), questions, seconds)
        for result in run.results
    ]
    return sorted(found, key=lambda s: _ORDER.index(s.state))


def state(result: QuestionResult) -> str:
    """Return the outcome of a question in a word."""
    if result.status is Status.SCORED:
        return PASSED if result.passed else FAILED
    return UNSCORED if result.status is Status.ERROR else SKIPPED


def tags(items: Sequence[Shown]) -> list[str]:
    """Return the tags, most frequent first."""
    return [tag for tag, _ in Counter(tag for item in items for tag in item.result.tags).most_common()]


def finder(statement: Statement, answer: Answer) -> str:
    """Return who found the sources of a model's statement, in words; "" where no model wrote it or it has none."""
    if not answer.model or answer.unproven or not statement.found_by:
        return ""
    names = dict.fromkeys(statement.found_by)
    return f"source found by the {' and the '.join(names)}"


def shown_day(value: date | None) -> str:
    """Format a day as the program does, "22 Mar 2025"; "" for none."""
    return f"{value.day} {value:%b %Y}" if value else ""


def _shown(
    result: QuestionResult,
    question: SuiteQuestion,
    questions: dict[str, SuiteQuestion],
    seconds: dict[tuple[str, int], float],
) -> Shown:
    cited = result.answer.citations if result.answer else ()
    proof = (
        tuple(_shown_with(result, question))
        if question.claim
        else tuple(_sentence(c, result.gold, c.number) for c in cited)
    )
    before = questions.get(question.follows)
    passed = state(result) in (PASSED, SKIPPED)
    return Shown(
        state=state(result),
        result=result,
        question=question,
        after=before.question if before else "",
        expected=question.answers,
        cited=proof,
        missed=tuple(_missed(result, cited)),
        others=() if passed else tuple(_others(result, cited)),
        seconds=seconds.get((result.id, result.repeat)),
    )


def _shown_with(result: QuestionResult, question: SuiteQuestion) -> Iterator[ShownSentence]:
    """Yield the sentences that a checked claim is shown with."""
    words = question.claim.gold if question.claim else ""
    for evidence in shown_by(result.checked) if result.checked else ():
        sentence = _sentence(evidence, ())
        yield sentence._replace(gold="gold") if words and words in evidence.text else sentence


def _sentence(evidence: Evidence, gold: Sequence[GoldPlace], number: int = 0) -> ShownSentence:
    article = evidence.article
    place = " · ".join(part for part in (article.outlet, shown_day(article.published), article.title) if part)
    return ShownSentence(
        number=number,
        before=evidence.before,
        text=evidence.text,
        place=place or article.source.rsplit("/", 1)[-1],
        gold=_named(evidence, gold),
        added=tuple(_added(evidence.text, d) for d in evidence.dates if d.relative),
    )


def _named(evidence: Evidence, gold: Sequence[GoldPlace]) -> str:
    items = {g.item for g in gold if _at(evidence, g)}
    return "gold" if any(item >= 0 for item in items) else "also" if items else ""


def _added(text: str, mention: DateMention) -> str:
    until = f" to {shown_day(mention.last)}" if mention.last != mention.first else ""
    return f"{text[mention.start : mention.end]} = {shown_day(mention.first)}{until}"


def _at(evidence: Evidence, gold: GoldPlace) -> bool:
    return evidence.article.id == gold.article and (not gold.sentences or evidence.sentence in gold.sentences)


def _missed(result: QuestionResult, cited: Sequence[Citation]) -> Iterator[Missed]:
    """Yield the gold sentences without a cited alternative, each as the alternative that ranked best."""
    items: dict[int, list[GoldPlace]] = {}
    for place in (g for g in result.gold if g.item >= 0):  # those below 0 may be cited, but need not
        items.setdefault(place.item, []).append(place)
    offered = result.answer.evidence if result.answer else ()
    for places in items.values():
        if any(_at(c, p) for c in cited for p in places):
            continue
        best = min(places, key=lambda p: _rank(p, offered, result.evidence))
        source = best.source.rsplit("/", 1)[-1]
        found = _found(_rank(best, offered, result.evidence))
        yield Missed(best.text or "(any sentence of the article)", source, found, len(places) - 1)


def _rank(place: GoldPlace, offered: Sequence[Evidence], ranked: Sequence[Evidence]) -> int:
    """Return 0 if offered to the answer, else the retrieval rank from 1; 99 if not retrieved."""
    if any(_at(e, place) for e in offered):
        return 0
    return next((n for n, e in enumerate(ranked, 1) if _at(e, place)), 99)


def _found(rank: int) -> str:
    if rank == 0:
        return "offered, not cited"
    return f"ranked no. {rank}, not offered" if rank < 99 else "not among the first ten"


def _others(result: QuestionResult, cited: Sequence[Citation]) -> list[ShownSentence]:
    """Yield the other sentences offered, then those ranked, each once."""
    offered: Sequence[Evidence] = result.answer.evidence if result.answer else ()
    known = {c.ref for c in cited}
    others: dict[str, Evidence] = {}
    for evidence in (*offered, *result.evidence):
        if evidence.ref not in known:
            others.setdefault(evidence.ref, evidence)
    return [_sentence(e, result.gold) for e in list(others.values())[:OTHERS_SHOWN]]
