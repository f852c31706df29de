"""Corrections, clarifications and retractions in an article, recognised by their usual wording.

Newsrooms put them at the beginning or the end, as a paragraph of their own that opens with a set word ("Correction:",
"Clarification", "Editor's note") or says what was done ("This article was amended on …", "An earlier version of this
article …", "… has been retracted"). A line that only mentions a correction is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple


class CorrectionKind(StrEnum):
    """What a notice does to the article, the most serious first."""

    RETRACTION = "retraction"
    CORRECTION = "correction"
    CLARIFICATION = "clarification"


LETTERS = "letters"  # the kind of notice of a text whose letters may be the wrong ones


class Correction(NamedTuple):
    """A paragraph that takes something back. Offsets count characters of the article's text."""

    kind: CorrectionKind
    start: int
    end: int


_LONGEST = 1_200  # characters of a notice; a longer paragraph is the article itself
_OPENING = 200  # characters of a paragraph within which its nature shows

_ARTICLE = r"(?:article|story|report|post|piece|version|headline|item|page|caption|column)"
_EARLIER = r"(?:earlier|previous|prior|original)"
_THIS = rf"(?:this|the|an? {_EARLIER}(?: version of (?:this|the))?) {_ARTICLE}"
_LABEL = r"(?:[*_\[(—–-]|\s)*(?:editor[’']?s?[’']? note\s*[:.—–-]\s*)?"
_DATED = r"(?:\s*(?:\(|,|of|on|from|\d)[^:\n]{0,60})?\s*[:—–-]"  # "Correction, March 8:"
_WRONG = (
    r"(?:misstated|misidentified|misspelled|misattributed|incorrect|inaccurate|erroneous|mistaken|wrong|error"
    r"|gave|said|stated|referred|reported)"
)
_FOREIGN = r"berichtigung\b|korrektur\s*:|rectificatif\b|fe de errores\b"


def _rule(*openings: str) -> re.Pattern[str]:
    return re.compile(rf"{_LABEL}(?:{'|'.join(openings)})", re.IGNORECASE)


_RULES = (
    (
        CorrectionKind.RETRACTION,
        _rule(
            r"(?:retract(?:ion|ed)|withdrawn)\b\s*[:.—–-]",
            rf"(?:{_THIS})\s+(?:has been|was|is being)\s+(?:retracted|withdrawn|removed)\b",
            rf"(?:we|[\w ]{{2,40}}) (?:have |has )?retract(?:s|ed)? (?:this|the) {_ARTICLE}",
        ),
    ),
    (
        CorrectionKind.CORRECTION,
        _rule(
            rf"corrections?{_DATED}",
            r"corrected\s*[:—–-]|erratum\b",
            _FOREIGN,
            rf"(?:{_THIS})\s+(?:has been|was)\s+(?:corrected|amended|changed|revised|updated to (?:correct|fix))\b",
            rf"an? {_EARLIER} (?:version|edition) of (?:this|the) \w+[^.\n]{{0,80}}\b{_WRONG}",
            rf"our {_ARTICLE}[^.\n]{{0,60}}\b(?:misstated|misidentified|was wrong|gave the wrong)",
        ),
    ),
    (
        CorrectionKind.CLARIFICATION,
        _rule(rf"clarifications?{_DATED}", rf"(?:{_THIS})\s+(?:has been|was)\s+(?:clarified|updated to clarify)\b"),
    ),
)
_LINE = re.compile(r"[^\n]+")
_HINTS = (  # one of these stands in the opening of every notice; looking for them is quick
    *("retract", "withdrawn", "removed", "correct", "amended", "changed", "clarif", "revised", "erratum", "misstated"),
    *("earlier", "previous", "prior", "original", "misidentified", "wrong", "updated to fix"),
    *("berichtigung", "korrektur", "rectificatif", "fe de errores"),
)


def find_corrections(text: str) -> tuple[Correction, ...]:
    """Return the corrections in an article, in their order."""
    found = []
    lowered = text.lower()
    hints = [hint for hint in _HINTS if hint in lowered]  # of the whole text: most stand nowhere in it
    for line in _LINE.finditer(text) if hints else ():
        if len(line[0]) <= _LONGEST and _is_hinted(line[0], hints) and (kind := _kind(line[0].strip())):
            found.append(Correction(kind, line.start(), line.end()))
    return tuple(found)


def _is_hinted(line: str, hints: Sequence[str]) -> bool:
    opening = line[:_OPENING].lower()
    return any(hint in opening for hint in hints)


def _kind(paragraph: str) -> CorrectionKind | None:
    return next((kind for kind, rule in _RULES if rule.match(paragraph)), None)


def gravest_notice(text: str, doubt: str = "") -> tuple[str, str]:
    """Return kind and words of the gravest notice that a text carries, the first of its kind; "" and "" for none.

    `doubt` says why its letters may be the wrong ones: it counts where the text takes nothing back.
    """
    gravest = min(find_corrections(text), key=lambda notice: list(CorrectionKind).index(notice.kind), default=None)
    if gravest is None:
        return (LETTERS, doubt) if doubt else ("", "")
    return str(gravest.kind), " ".join(text[gravest.start : gravest.end].split())
