"""One statement against the sentences it cites: the check that every answer passes before it is shown.

The parts, in `checks`, each look at one thing and report findings: quotations (verbatim or not), numbers,
dates, names, who said it, negation and direction, whether the cited sentence reports anything, whether the statement is
a sentence, and how much of it the sources support. A finding says what the statement is at best; the worst one decides.

What counts as which verdict
- uncited: no offered sentence is cited. A line that only leads to what follows ("Here is what the articles say:") is
  uncited too, since nothing proves it, but has no problem: there is nothing in it that could be wrong.
- misquoted: a quotation of two words or more is not in a cited sentence letter by letter.
- unsupported: a number, date or name is missing, the opposite is said, or too little is shared.
- partly: a part is missing, a name is in another sentence of the same article, a plan is told as a fact, some of the
  numbers behind the statement were never offered, or the support is in between.
- supported: none of these. A statement that repeats a cited sentence word for word is, unless it also points to a
  number that was not offered: whoever wrote that number had something in mind that nobody can look up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.checks.attribution import check_speaker
from assistant.checks.claim import Finding, Sources
from assistant.checks.completeness import check_addition, check_phrase, check_verb
from assistant.checks.dates import Dates, check_dates, known_years
from assistant.checks.entities import check_names, check_offices
from assistant.checks.figures import sort_numbers
from assistant.checks.injection import check_assertion, reporting
from assistant.checks.polarity import check_direction
from assistant.checks.quotes import check_quotations, find_quotations, same_words
from assistant.checks.support import support, support_model
from assistant.english.numbers import find_numbers
from assistant.english.words import LONGEST, clipped, content_words
from assistant.records import Citation, Verdict

_WORST_FIRST = (Verdict.UNCITED, Verdict.MISQUOTED, Verdict.UNSUPPORTED, Verdict.PARTLY)
_BETTER_BY = 0.2  # support that another sentence must have more than the cited ones to be suggested
_CANDIDATES = 3  # other sentences that are scored: those that share most words
_LEAD_IN = re.compile(
    r"^(?:here|below|these|the following|according to|based on|in summary|in short"
    r"|the (?:articles?|sources?|evidence|archive))\b"
    r"[^.!?\d]{0,120}:$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the check of one statement found."""

    verdict: Verdict
    problems: tuple[str, ...]  # in plain words for the reader, each once
    support: float  # 0..1, calibrated: how probable it is that the cited sentences support the statement
    better: int | None  # number of another offered sentence that supports it better, if there is one


def check_statement(
    text: str,
    numbers: Sequence[int],
    offered: Mapping[int, Citation],
    *,
    question: str = "",
    asked_on: date | None = None,
) -> Checked:
    """Check `text`, one statement without its markers, against the sentences that `numbers` point to.

    `offered` are the sentences of this turn by number; numbers that were not offered are reported. `question` is needed
    for statements that only make sense as its answer ("Maria Lind."), `asked_on` for words such as "today".
    """
    sources = Sources.of(numbers, offered)
    if not sources.cited:
        return _uncited(text, numbers, sources, asked_on)
    if silent := check_assertion(sources):  # before all else: repeating an order word for word proves nothing
        return Checked(verdict=silent[0].verdict, problems=(silent[0].problem,), support=0.0, better=None)
    sources = reporting(sources)
    unknown = _unknown(numbers, offered)
    if any(same_words(text, c.text) for c in sources.cited):
        verdict = Verdict.PARTLY if unknown else Verdict.SUPPORTED
        problems = tuple(finding.problem for finding in unknown)
        return Checked(verdict=verdict, problems=problems, support=_capped(1.0, verdict), better=None)
    dates = check_dates(text, sources, asked_on)
    score = support(text[:LONGEST], sources, dates)
    findings = [*unknown, *_findings(text, sources, dates, question), *_by_score(score, sources)]
    verdict = next((v for v in _WORST_FIRST if any(f.verdict is v for f in findings)), Verdict.SUPPORTED)
    better = _better(text, sources, score, asked_on) if verdict is not Verdict.SUPPORTED else None
    problems = tuple(dict.fromkeys(f.problem for f in findings))
    return Checked(verdict=verdict, problems=problems, support=_capped(score, verdict), better=better)


def each_check(
    text: str,
    numbers: Sequence[int],
    offered: Mapping[int, Citation],
    *,
    question: str = "",
    asked_on: date | None = None,
) -> dict[str, tuple[str, ...]]:
    """The names of the checks that `check_statement` makes, in order, each with the problems that it found.

    Empty for a statement that cites nothing, repeats a cited sentence or is too long: there is nothing to check.
    """
    sources = Sources.of(numbers, offered)
    if not sources.cited or len(text) > LONGEST or any(same_words(text, c.text) for c in sources.cited):
        return {}
    dates = check_dates(text, sources, asked_on)
    found = _each(text, sources, dates, question)
    found["shared words and meaning"] = _by_score(support(text, sources, dates), sources)
    return {name: tuple(finding.problem for finding in findings) for name, findings in found.items()}


def is_lead_in(text: str) -> bool:
    """Whether a statement only leads to what follows and claims nothing: it ends with a colon and names nothing."""
    return _LEAD_IN.match(text.strip()[:200]) is not None and not find_numbers(text) and not find_quotations(text)


def _uncited(text: str, numbers: Sequence[int], sources: Sources, asked_on: date | None) -> Checked:
    if is_lead_in(text):
        return Checked(verdict=Verdict.UNCITED, problems=(), support=0.0, better=None)
    problem = f"{_list(numbers)} not offered" if numbers else "it points to no sentence"
    return Checked(
        verdict=Verdict.UNCITED, problems=(problem,), support=0.0, better=_better(text, sources, 0.0, asked_on)
    )


def _findings(text: str, sources: Sources, dates: Dates, question: str) -> list[Finding]:
    if len(text) > LONGEST:
        return [Finding(Verdict.UNSUPPORTED, f"too long to be checked: {len(text):,} characters")]
    return [finding for found in _each(text, sources, dates, question).values() for finding in found]


def _each(text: str, sources: Sources, dates: Dates, question: str) -> dict[str, Sequence[Finding]]:
    """What each check finds, under its name for readers."""
    return {
        "quotations": check_quotations(text, sources, question),
        "numbers": _check_numbers(text, dates.spans, sources),
        "dates": dates.findings,
        "names": [*check_names(text, sources), *check_offices(text, sources)],
        "who said it": check_speaker(text, sources),
        "negation and direction": check_direction(text, sources),
        "what is added": [*check_verb(text, sources), *check_addition(text, sources, dates)],
        "a whole sentence": check_phrase(text, question, sources),
    }


def _check_numbers(text: str, dates: Sequence[tuple[int, int]], sources: Sources) -> list[Finding]:
    _, missing = sort_numbers(text, dates, sources.texts, known_years(sources))
    said = [clipped(text[number.start : number.end]) for number in missing]
    return [Finding(Verdict.UNSUPPORTED, f"not in the {sources.noun}: “{words}”") for words in said]


def _unknown(numbers: Sequence[int], offered: Mapping[int, Citation]) -> list[Finding]:
    unknown = [n for n in numbers if n not in offered]
    return [Finding(Verdict.PARTLY, f"{_list(unknown)} not offered")] if unknown else []


def _list(numbers: Sequence[int]) -> str:
    shown = list(dict.fromkeys(numbers))
    text = ", ".join(f"[{n}]" for n in shown[:5]) + (" and more" if len(shown) > 5 else "")
    return f"{text} {'was' if len(shown) == 1 else 'were'}"


def _by_score(score: float, sources: Sources) -> list[Finding]:
    model = support_model()
    if score >= model.supported:
        return []
    if score >= model.partly:
        return [Finding(Verdict.PARTLY, f"only a part of it is in the {sources.noun}")]
    return [Finding(Verdict.UNSUPPORTED, f"too little of it is in the {sources.noun}")]


def _capped(score: float, verdict: Verdict) -> float:
    """The score as shown: a failed check outweighs shared words."""
    model = support_model()
    if verdict in {Verdict.UNSUPPORTED, Verdict.MISQUOTED}:
        return min(score, model.partly)
    return min(score, model.supported) if verdict is Verdict.PARTLY else score


def _better(text: str, sources: Sources, score: float, asked_on: date | None) -> int | None:
    """The number of the sentence that was offered, is not cited and supports the statement clearly better."""
    own = {token.stem for token in content_words(text)}
    shared = [(len(own & {token.stem for token in content_words(c.text)}), c) for c in sources.others]
    likely = sorted((pair for pair in shared if pair[0] * 3 > len(own)), key=lambda pair: -pair[0])[:_CANDIDATES]
    scored = [(_support_of(text, c, asked_on), -c.number) for _, c in likely]
    best, number = max(scored, default=(0.0, 0))
    return -number if best >= max(score + _BETTER_BY, support_model().partly) else None


def _support_of(text: str, citation: Citation, asked_on: date | None) -> float:
    """The support by one sentence alone, 0 when it fails a check."""
    sources = Sources((citation,), ())
    dates = check_dates(text, sources, asked_on)
    if any(f.verdict is not Verdict.PARTLY for f in _findings(text, sources, dates, "")):
        return 0.0
    return support(text[:LONGEST], sources, dates)
