"""The words of a checked draft: the same in the terminal, in Markdown and on the page. All are plain text."""

from __future__ import annotations

from assistant.drafts.check_report import (
    CheckedClaim,
    CheckedQuotation,
    CheckReport,
    Differing,
    DraftVerdict,
    QuotationVerdict,
)
from assistant.export.phrases import Mark
from assistant.records import Evidence
from assistant.safe_text import safe
from assistant.wording import day, in_marks, limits_in_words, outlet_of, plural, published

NOTHING = "Nothing in the archive comes near any claim of this draft. Is it the right archive?"
_SHOWN = 3  # sentences of one claim
_MARKS = {
    DraftVerdict.CONTRADICTED: Mark("!", "Contradicted", "bad"),
    DraftVerdict.MISQUOTED: Mark("!", "Misquoted", "bad"),
    DraftVerdict.OUTDATED: Mark("<", "Outdated", "doubt"),
    DraftVerdict.UNATTRIBUTED: Mark("@", "Attribution missing", "doubt"),
    DraftVerdict.PARTLY: Mark("~", "Partly", "doubt"),
    DraftVerdict.NOT_FOUND: Mark("?", "Not found", "soft"),
    DraftVerdict.SUPPORTED: Mark("=", "Supported", "good"),
}


def claim_mark(verdict: DraftVerdict) -> Mark:
    """Return the mark of a verdict."""
    return _MARKS[verdict]


def verdict_words(claim: CheckedClaim) -> str:
    """Return the verdict in words: "supported by 2 independent sources"."""
    if claim.verdict is DraftVerdict.SUPPORTED and claim.independent > 1:
        return f"supported by {claim.independent} independent sources"
    return str(claim.verdict)


def is_read_otherwise(claim: CheckedClaim) -> bool:
    """Whether a claim was read with something that it points back to."""
    return " ".join(claim.read_as.split()) != " ".join(claim.text.split())


def side_by_side(difference: Differing) -> str:
    """Return what the draft says beside what the archive says."""
    info = difference.evidence.article
    said, there = in_marks(safe(difference.said)), in_marks(safe(difference.archive))
    return f"{difference.kind}: the draft has {said}, {outlet_of(info)} of {published(info)} has {there}"


def quotation_words(quotation: CheckedQuotation) -> str:
    """Return what was found of a quotation, in words."""
    shown = in_marks(safe(quotation.text))
    if quotation.verdict is QuotationVerdict.ALTERED:
        return f"quotation altered: {shown}; the archive has {in_marks(safe(quotation.archive_words))}"
    if quotation.verdict is QuotationVerdict.OTHER_SPEAKER:
        said = safe(quotation.archive_speaker) or "somebody else"
        return f"quotation of another speaker: {shown}; in the archive it is {said} who says it"
    return f"quotation {quotation.verdict}: {shown}"


def remarks(claim: CheckedClaim) -> list[str]:
    """Return everything else to say of a claim, one line each."""
    missing = ", ".join(in_marks(safe(words)) for words in claim.not_found)
    return [
        *map(side_by_side, claim.differing),
        *map(quotation_words, claim.quotations),
        *([f"not in the archive’s sentence: {missing}"] if missing else map(safe, claim.problems)),
    ]


def shown_evidence(claim: CheckedClaim) -> list[Evidence]:
    """Return the sentences to show: those that differ first, each once."""
    found = {e.ref: e for e in (*(difference.evidence for difference in claim.differing), *claim.evidence)}
    return list(found.values())[:_SHOWN]


def sum_line(report: CheckReport) -> str:
    """Return how many claims have which verdict: "25 claims: 2 contradicted, 20 supported, …"."""
    counted = [f"{count} {verdict}" for verdict, count in report.counts.items() if count]
    return plural(len(report.claims), "claim") + (f": {', '.join(counted)}" if counted else "")


def searched_line(report: CheckReport) -> str:
    """Return what was searched."""
    limits = limits_in_words(report.filters)
    which = plural(report.articles, "article") if limits == "all articles" else f"articles {limits}"
    left = len(report.sentences) - sum(bool(sentence.claims) for sentence in report.sentences)
    rest = f"; {plural(left, 'sentence')} with nothing to check" if left else ""
    return f"Searched: {which}. The draft’s day: {day(report.dated)}{rest}."
