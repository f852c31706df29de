"""The frozen records of a checked draft: a `CheckReport` of sentences, their claims, and what the archive has on each.

A verdict never says that a claim is false, only what the archive says. Offsets count characters of `CheckReport.text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

from assistant.records import Citation, Evidence, Filters


def without_number(citation: Citation) -> Evidence:
    """Return the same sentence as plain evidence: a report numbers claims, not sentences."""
    return Evidence(**{f.name: getattr(citation, f.name) for f in fields(Evidence)})


class SentenceKind(StrEnum):
    """What a sentence of a draft is; only claims are checked and counted."""

    CLAIM = "claim"
    QUESTION = "question"
    HEADING = "heading"
    OPINION = "opinion"
    LEAD_IN = "lead-in"  # leads to what follows, and claims nothing


class DraftVerdict(StrEnum):
    """What the archive says of a claim, in the order in which an editor wants to see them."""

    CONTRADICTED = "contradicted"  # a sentence tells the same with another figure, name, day or verb
    MISQUOTED = "misquoted"  # quoted words are altered, or are somebody else's
    OUTDATED = "outdated"  # it is in the archive, but there is a newer figure, or a correction
    UNATTRIBUTED = "attribution missing"  # the archive has it only as what somebody says
    PARTLY = "partly"  # some of its words are not in the archive
    NOT_FOUND = "not found"
    SUPPORTED = "supported"


class QuotationVerdict(StrEnum):
    """What the archive has of words in quotation marks."""

    FOUND = "found"  # letter by letter
    ALTERED = "altered"  # with other words in it
    OTHER_SPEAKER = "other speaker"  # letter by letter, but somebody else says it
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """One thing that a claim and a sentence of the archive have differently, side by side."""

    kind: str  # "figure", "day", "name" or "word"
    said: str  # in the words of the claim
    archive: str  # in the words of the sentence
    evidence: Evidence  # the sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedQuotation:
    """One quotation of a draft, compared letter by letter."""

    text: str  # without its marks
    start: int
    end: int
    verdict: QuotationVerdict
    speaker: str = ""  # whom the draft gives it to; "" when it names nobody
    archive_words: str = ""  # what the archive has in its place, when altered
    archive_speaker: str = ""  # who says it in the archive; "" when no one is named
    evidence: Evidence | None = None  # the sentence that holds it, or holds it otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedClaim:
    """One statement of a draft, and what the archive says of it."""

    text: str  # as written
    start: int
    end: int
    read_as: str  # with what it points back to, as it was searched and checked; mostly equal to `text`
    verdict: DraftVerdict
    evidence: tuple[Evidence, ...] = ()  # what the verdict stands on; the nearest sentences when nothing was found
    independent: int = 0  # how many independent stories support it
    differing: tuple[Differing, ...] = ()
    not_found: tuple[str, ...] = ()  # words of it that the sentences do not hold
    problems: tuple[str, ...] = ()  # more to know, each in words for the reader
    quotations: tuple[CheckedQuotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSentence:
    """One sentence of a draft."""

    start: int
    end: int
    kind: SentenceKind
    claims: tuple[CheckedClaim, ...] = ()  # in order; none unless it is a claim


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """A checked draft."""

    title: str  # "" when the draft has none
    text: str  # the draft, normalised as articles are
    dated: date  # the day of the draft, from which its relative days count
    filters: Filters  # which articles were searched
    articles: int  # how many the archive holds
    sentences: tuple[CheckedSentence, ...]
    notices: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)  # verdict -> number of claims; all verdicts, zeros too

    @property
    def claims(self) -> tuple[CheckedClaim, ...]:
        """All claims, in the order of the draft."""
        return tuple(claim for sentence in self.sentences for claim in sentence.claims)

    @property
    def nothing_found(self) -> bool:
        """Whether the archive has nothing of any claim: it is of another subject, most likely."""
        return bool(self.claims) and all(claim.verdict is DraftVerdict.NOT_FOUND for claim in self.claims)
