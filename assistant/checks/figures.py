"""Numbers and amounts: each one in the statement must be in a cited sentence, in whatever form it is written.

What counts as the same number is decided in `english.numbers`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from assistant.checks.claim import Claim, Finding
from assistant.checks.dates import dates_in, known_years
from assistant.checks.exchanges import check_roles, written
from assistant.english.dates.patterns import COUNTED
from assistant.english.numbers import Number, find_numbers, supports
from assistant.english.words import clipped
from assistant.records import Verdict

_NEXT_WORD = re.compile(r" ([a-z]+)", re.IGNORECASE)
_MOST = 100  # numbers of a statement that are looked up; those beyond count as missing
_ENUMERATOR = re.compile(r"\s*\(?\d{1,2}[.)]\s(?=\S)")  # "2. The bank …" in a list claims nothing


def check_figures(claim: Claim) -> list[Finding]:
    """A finding for every number that no cited sentence supports, and for those that it has in another role.

    The numbers of dates are left to `dates`.
    """
    found, missing = sorted_numbers(claim)
    said = [clipped(written(claim.text, number)) for number in missing]
    findings = [Finding(Verdict.UNSUPPORTED, f"not in the {claim.sources.noun}: “{words}”") for words in said]
    return [*findings, *check_roles(claim, found)]


@lru_cache(maxsize=16)
def sorted_numbers(claim: Claim) -> tuple[list[Number], list[Number]]:
    """The numbers of the statement outside its dates that a cited sentence bears out, and those that none does."""
    return sort_numbers(claim.text, dates_in(claim).spans, claim.sources.texts, known_years(claim.sources))


def sort_numbers(
    statement: str, masked: Sequence[tuple[int, int]], texts: Sequence[str], years: frozenset[int]
) -> tuple[list[Number], list[Number]]:
    """The numbers of the statement that a text bears out, and those that none does.

    Those within the spans `masked` (dates) are left out. `years` are those that the dates of the sources name.
    """
    known = Counter(_meaning(number) for text in texts for number in find_numbers(text))
    listed = _ENUMERATOR.match(statement)
    enumerator = listed.end() if listed else 0
    found: list[Number] = []
    missing: list[Number] = []
    said: Counter[tuple[Decimal, str]] = Counter()
    for i, number in enumerate(find_numbers(statement)):
        if any(start <= number.start < end for start, end in masked) or number.end <= enumerator:
            continue
        said[number.value, number.unit] += 1  # "1-1" needs two of them: "1-0" has one
        counts = _NEXT_WORD.match(statement, number.end)
        may_be_year = number.unit == "" and number.value >= 1500 and not (counts and counts[1].lower() in COUNTED)
        is_year = may_be_year and number.value in years
        proven = is_year or (i < _MOST and _proofs(known, number) >= said[number.value, number.unit])
        (found if proven else missing).append(number)
    return found, missing


def _meaning(number: Number) -> Number:
    """The number wherever it stands: a source that repeats one a thousand times is compared with once."""
    return replace(number, start=0, end=0)


def _proofs(known: Counter[Number], number: Number) -> int:
    """How often the sources bear out a number."""
    return sum(count for other, count in known.items() if supports(other, number))
