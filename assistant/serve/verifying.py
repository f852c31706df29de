"""A text of the caller's own, checked: each of its statements against the sentences that the caller names for it.

Nothing is attached that was not named: a statement without references is uncited, and the nearest sentences are only
suggested.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.app import Assistant
from assistant.checks.proof import prove
from assistant.drafts.check_report import CheckedClaim, CheckReport, DraftVerdict
from assistant.drafts.checking import OnChecked, unwatched
from assistant.english.sentences import trimmed
from assistant.errors import UsageError
from assistant.export.phrases import remarks, shown_evidence, sum_line
from assistant.permalinks import State, find_sentence, read_reference
from assistant.records import Citation, Evidence, StoredArticle, Verdict
from assistant.retrieval.evidence import reference
from assistant.retrieval.retriever import annotated
from assistant.serve.asking import read_question
from assistant.serve.exchange import WebError

_MOST = 20  # statements
_MOST_REFS = 10  # of one statement
_SUGGESTED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A statement as a client wrote it, with the references that it names for it."""

    text: str
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSource:
    """A sentence that a client named."""

    ref: str
    quote: str
    outlet: str
    published: str  # YYYY-MM-DD, "" for no date
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What the check of one statement found."""

    text: str
    verdict: Verdict | DraftVerdict
    checked: bool  # true for "supported" alone
    badge: str  # the same in a few words
    problems: tuple[str, ...]
    sources: tuple[NamedSource, ...]
    suggested: tuple[NamedSource, ...] = ()  # the nearest sentences, where none was named


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """All statements of a text."""

    results: tuple[Verified, ...]
    summary: str  # "3 of 4 checked"


def read_statements(given: Mapping[str, Any]) -> tuple[tuple[Claimed, ...], str]:
    """Return the statements and the question that a client sent. Raises `WebError`."""
    if unknown := [name for name in given if name not in ("statements", "question")]:
        raise WebError(400, f"There is no {unknown[0]!r} here; known are statements, question.", param=unknown[0])
    rows = given.get("statements")
    if not isinstance(rows, list) or not 1 <= len(rows) <= _MOST:
        raise WebError(400, f"Give statements as a list of 1 to {_MOST}.", param="statements")
    question = read_question(given["question"]) if given.get("question") else ""
    return tuple(_claimed(row) for row in rows), question


def _claimed(row: object) -> Claimed:
    if not isinstance(row, dict) or row.keys() - {"text", "refs"}:
        raise WebError(400, "A statement has the names text and refs.", param="statements")
    refs = row.get("refs") or []
    if not isinstance(refs, list) or len(refs) > _MOST_REFS or not all(isinstance(ref, str) for ref in refs):
        raise WebError(400, f"Give refs as a list of at most {_MOST_REFS} references.", param="refs")
    return Claimed(text=read_question(row.get("text"), "text"), refs=tuple(refs))


def verify(
    assistant: Assistant, statements: Sequence[Claimed], question: str = "", on_checked: OnChecked = unwatched
) -> Verification:
    """Return what the check of these statements finds. Raises `UsageError` for a reference that leads nowhere."""
    results: list[Verified] = []
    for claimed in statements:
        results.append(_verified(assistant, claimed, question))
        on_checked(len(results), len(statements))
    return Verification(results=tuple(results), summary=f"{sum(r.checked for r in results)} of {len(results)} checked")


def _verified(assistant: Assistant, claimed: Claimed, question: str) -> Verified:
    named = {number: _citation(assistant, ref, number) for number, ref in enumerate(claimed.refs, start=1)}
    proof = prove(claimed.text, tuple(named), named, question=question, reading=assistant.reading)
    found = proof.checked
    checked = found.verdict is Verdict.SUPPORTED
    suggested = () if named else tuple(assistant.search(claimed.text, _SUGGESTED))
    return Verified(
        text=claimed.text,
        verdict=found.verdict,
        checked=checked,
        badge="✓ checked" if checked else f"✗ {'; '.join(found.problems) or found.verdict}",
        problems=found.problems,
        sources=tuple(_source(assistant, citation) for citation in named.values()),
        suggested=tuple(_source(assistant, evidence) for evidence in suggested),
    )


def of_draft(report: CheckReport) -> Verification:
    """Return the claims of a checked draft in the same form: what was found stands as their sources."""
    results = tuple(_of_claim(claim) for claim in report.claims)
    return Verification(results=results, summary=sum_line(report))


def _of_claim(claim: CheckedClaim) -> Verified:
    checked = claim.verdict is DraftVerdict.SUPPORTED
    problems = tuple(remarks(claim))
    return Verified(
        text=claim.text,
        verdict=claim.verdict,
        checked=checked,
        badge="✓ checked" if checked else f"✗ {'; '.join((str(claim.verdict), *problems))}",
        problems=problems,
        sources=tuple(_named(evidence, State.CURRENT) for evidence in shown_evidence(claim)),
    )


def _citation(assistant: Assistant, ref: str, number: int) -> Citation:
    stored, index = find_sentence(ref, assistant.article)
    if stored.removed:
        raise UsageError(f"The article of {ref} was removed from the archive.")
    return Citation.of(cited_sentence(stored, index, 1 + read_reference(ref).last - index), number)


def cited_sentence(stored: StoredArticle, index: int, sentences: int = 1) -> Evidence:
    """Return a sentence of an article as evidence, or so many in a row as one, with its dates and its speaker."""
    start, _ = trimmed(stored.text, stored.sentences[index])
    _, end = trimmed(stored.text, stored.sentences[index + sentences - 1])
    evidence = Evidence(
        ref=reference(stored.info, index, sentences),
        article=stored.info,
        sentence=index,
        sentences=sentences,
        start=start,
        end=end,
        text=stored.text[start:end],
        score=1.0,
    )
    return annotated([evidence], {stored.info.id: stored.text})[0]


def _source(assistant: Assistant, evidence: Evidence) -> NamedSource:
    return _named(evidence, assistant.permalink(evidence.ref).state)


def _named(evidence: Evidence, state: State) -> NamedSource:
    info = evidence.article
    return NamedSource(
        ref=evidence.ref,
        quote=evidence.text,
        outlet=info.outlet,
        published=info.published.isoformat() if info.published else "",
        state=state,
    )
