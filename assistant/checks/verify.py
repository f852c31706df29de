"""Verification: one statement against the sentences it cites. Every answer passes it before it is shown.

`CHECKS` lists the checks; each looks at one thing and reports findings. A finding says what the statement is at best;
the worst one decides. A new check is a module with a function from a claim to findings, and one line in `CHECKS`.

What counts as which verdict
- uncited: no offered sentence is cited. A line that only leads to what follows ("Here is what the articles say:") is
  uncited too, since nothing proves it, but has no problem: there is nothing in it that could be wrong.
- misquoted: a quotation of two words or more is not in a cited sentence letter by letter.
- unsupported: a number, date or name is missing, the opposite is said, or too little is shared.
- partly: a part is missing, a name is in another sentence of the same article, a plan is told as a fact, some of the
  numbers behind the statement were never offered, or the support is in between.
- supported: none of these.

With a reader (`reading`), every statement that is no copy is read too, and wherever no rule is certain the reader
decides. How sure it must be depends on what the rules found.

A statement that repeats a cited sentence word for word is supported, unless it also points to a number that was not
offered: the writer of that number had something in mind that cannot be looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.checks.attribution import check_speaker
from assistant.checks.claim import Claim, Finding
from assistant.checks.completeness import check_additions, check_fragment, is_sentence
from assistant.checks.dates import check_dates, in_words_of_sources
from assistant.checks.doers import check_doers
from assistant.checks.entities import check_entities
from assistant.checks.figures import check_errors, check_figures
from assistant.checks.injection import check_assertion, reporting
from assistant.checks.opinions import check_opinion
from assistant.checks.polarity import check_polarity
from assistant.checks.quotes import check_quotations, find_quotations, same_words
from assistant.checks.reading import SHARED_WORDS, CalibratedReader, ReadingCalibration, judged
from assistant.checks.sequence import check_sequence
from assistant.checks.support import SupportModel, check_support, support, support_model, told_missing, unheld_spans
from assistant.english.numbers import find_numbers
from assistant.english.sentences import split_sentences
from assistant.english.words import LONGEST, content_words
from assistant.reader.protocol import Support
from assistant.records import Citation, Verdict

Check = Callable[[Claim], Sequence[Finding]]

CHECKS: Mapping[str, Check] = {
    "quotations": check_quotations,
    "numbers": check_figures,
    "errors put right": check_errors,
    "dates": check_dates,
    "names": check_entities,
    "who said it": check_speaker,
    "what somebody holds": check_opinion,
    "negation and direction": check_polarity,
    "who does it": check_doers,
    "what came first": check_sequence,
    "what is added": check_additions,
    "a whole sentence": check_fragment,
    SHARED_WORDS: check_support,
}
"""By their names for readers, in the order in which their findings are told."""

_TURN = 0.5  # support, of a statement that was read, where its verdict turns
_BARE = 2  # content words, without digits, of what is only a figure or a name, at most
_WORST_FIRST = (Verdict.UNCITED, Verdict.MISQUOTED, Verdict.UNSUPPORTED, Verdict.PARTLY)
_LEAD_IN = re.compile(
    r"^(?:here|below|these|the following|according to|based on|in summary|in short"
    r"|the (?:articles?|sources?|evidence|archive))\b"
    r"[^.!?\d]{0,120}:$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The result of checking one statement."""

    verdict: Verdict  # by the worst of the findings
    findings: tuple[Finding, ...]  # in the order of the checks
    made: tuple[str, ...]  # names of those of `CHECKS` that were made
    support: float  # 0..1: how probable it is that the cited sentences support the statement
    not_proven: tuple[tuple[int, int], ...] = ()  # spans of the statement that the sources do not hold, of a partly one
    read: Support | None = None  # what the reader thought; None when it was not asked

    @property
    def problems(self) -> tuple[str, ...]:
        """In plain words for people, each once."""
        told = (finding.problem for finding in self.findings if finding.problem and not finding.overruled)
        return tuple(dict.fromkeys(told))

    @property
    def passed(self) -> tuple[str, ...]:
        """The names of the checks that found nothing."""
        return tuple(name for name in self.made if all(finding.check != name for finding in self.findings))


def check_statement(
    text: str,
    numbers: Sequence[int],
    offered: Mapping[int, Citation],
    *,
    question: str = "",
    asked_on: date | None = None,
    reading: CalibratedReader | None = None,
) -> Checked:
    """Check `text`, one statement without its markers, against the sentences that `numbers` point to.

    `offered` are the sentences of this turn by number; numbers that were not offered are reported. `question` is needed
    for statements that only make sense as its answer ("Maria Lind."), `asked_on` for words such as "today".
    """
    claim = Claim.of(text, numbers, offered, question=question, asked_on=asked_on)
    return read([by_rules(claim)], reading)[0]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A statement after the rules."""

    claim: Claim
    checked: Checked
    open: bool  # whether a reader's word would count


def by_rules(claim: Claim) -> Ruled:
    """Check one statement by rules alone."""
    if not claim.sources.cited:
        return Ruled(claim, _uncited(claim), open=False)
    if silent := _found(claim, {"reports": check_assertion}):  # before all else: repeating an order proves nothing
        return Ruled(claim, Checked(verdict=_worst(silent), findings=silent, made=(), support=0.0), open=False)
    claim = reporting(claim)
    copied = any(same_words(claim.text, text) for c in claim.sources.cited for text in _each_sentence(c))
    if copied and not _is_bare(claim.text):
        return Ruled(claim, _checked(claim, {}, 1.0), open=False)
    if claim.length > LONGEST:
        checks = {"length": _check_length, SHARED_WORDS: check_support}
        return Ruled(claim, _checked(claim, checks, support(claim)), open=False)
    return Ruled(claim, _checked(claim, CHECKS, support(claim)), open=True)


def _is_bare(text: str) -> bool:
    """Whether a text is only a figure or a name ("$1,200"): it says nothing by itself, though an article prints it."""
    words = [token for token in content_words(text) if not token.folded[0].isdigit()]
    return len(words) <= _BARE and not is_sentence(text)


def _each_sentence(cited: Citation) -> Iterator[str]:
    """Yield what is cited, and of several sentences each."""
    yield cited.text
    if cited.sentences > 1:
        yield from (cited.text[s.start : s.end].strip() for s in split_sentences(cited.text))


def read(ruled: Sequence[Ruled], reading: CalibratedReader | None) -> list[Checked]:
    """Return the statements as a reader leaves them, all that are open read at once; as they are without one."""
    found = [one.checked for one in ruled]
    if reading is None:
        return found
    places = [i for i, one in enumerate(ruled) if one.open]
    supports = reading.reader.support(
        [(in_words_of_sources(ruled[i].claim), ruled[i].claim.sources.cited) for i in places]
    )
    for i, said in zip(places, supports, strict=True):
        found[i] = _joined(ruled[i], said, reading.calibration)
    return found


def _joined(ruled: Ruled, said: Support, calibration: ReadingCalibration | None) -> Checked:
    checked = replace(ruled.checked, read=said)
    if calibration is None:
        return checked
    findings, sureness = judged(ruled.claim, checked.findings, said, calibration, told_missing(ruled.claim))
    verdict = _worst(findings)
    return replace(
        checked,
        verdict=verdict,
        findings=findings,
        support=min(sureness, _TURN) if verdict is not Verdict.SUPPORTED else sureness,
        not_proven=unheld_spans(ruled.claim) if verdict is Verdict.PARTLY else (),
    )


def is_lead_in(text: str) -> bool:
    """Whether a statement only leads to what follows and claims nothing: it ends with a colon and names nothing."""
    return _LEAD_IN.match(text.strip()[:200]) is not None and not find_numbers(text) and not find_quotations(text)


def _uncited(claim: Claim) -> Checked:
    return Checked(
        verdict=Verdict.UNCITED,
        findings=_found(claim, {"sentences cited": _check_cited}),
        made=(),
        support=0.0,
    )


def _checked(claim: Claim, checks: Mapping[str, Check], score: float) -> Checked:
    """The statement after these checks and the one that its numbers were offered."""
    findings = _found(claim, {"sentences cited": _check_cited, **checks})
    verdict = _worst(findings)
    return Checked(
        verdict=verdict,
        findings=findings,
        made=tuple(checks),
        support=_capped(score, verdict, support_model()),
        not_proven=unheld_spans(claim) if verdict is Verdict.PARTLY else (),
    )


def _found(claim: Claim, checks: Mapping[str, Check]) -> tuple[Finding, ...]:
    return tuple(replace(finding, check=name) for name, check in checks.items() for finding in check(claim))


def _worst(findings: Sequence[Finding]) -> Verdict:
    return next((v for v in _WORST_FIRST if any(f.verdict is v for f in findings)), Verdict.SUPPORTED)


def _check_cited(claim: Claim) -> list[Finding]:
    """A finding for a statement that points to no sentence, or to numbers that were not offered."""
    if claim.sources.cited:
        return [Finding(Verdict.PARTLY, f"{_list(claim.unknown)} not offered", certain=True)] if claim.unknown else []
    if is_lead_in(claim.text):
        return [Finding(Verdict.UNCITED, "")]
    problem = f"{_list(claim.unknown)} not offered" if claim.unknown else "it points to no sentence"
    return [Finding(Verdict.UNCITED, problem)]


def _check_length(claim: Claim) -> list[Finding]:
    return [Finding(Verdict.UNSUPPORTED, f"too long to be checked: {claim.length:,} characters", certain=True)]


def _list(numbers: Sequence[int]) -> str:
    text = ", ".join(f"[{n}]" for n in numbers[:5]) + (" and more" if len(numbers) > 5 else "")
    return f"{text} {'was' if len(numbers) == 1 else 'were'}"


def _capped(score: float, verdict: Verdict, model: SupportModel) -> float:
    """The score as shown: a failed check outweighs all else."""
    if verdict in {Verdict.UNSUPPORTED, Verdict.MISQUOTED}:
        return min(score, model.partly)
    return min(score, model.supported) if verdict is Verdict.PARTLY else score
