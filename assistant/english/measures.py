"""Units of measure in English text, such as hours and miles: which dimension each is of, and how large it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.english.word_lists import word_list


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit of measure."""

    dimension: str  # "time", "length" …: only measures of one dimension can be equal
    size: Decimal  # in the smallest unit of its dimension


def _units() -> dict[str, Measure]:
    """Name of a unit, singular and plural -> the unit; "years" are read as "year" and "ft" as "foot"."""
    units: dict[str, Measure] = {}
    for line in word_list("measures"):
        dimension, size, *names = line.split()
        measure = Measure(dimension, Decimal(size))
        units |= {name.replace("_", " "): measure for name in names}
    return units


UNITS = _units()
_BEHIND = re.compile(
    r"[\s-]?\b(" + "|".join(sorted((re.escape(name) for name in UNITS), key=len, reverse=True)).replace(r"\ ", r"[\s-]")
    + r")\b",
)  # fmt: skip


def measure_behind(text: str, end: int) -> tuple[Measure | None, int]:
    """The unit that the words from `end` on name, as in "12-mile" and "12 miles", and where its name ends."""
    found = _BEHIND.match(text, end)
    if found is None:
        return None, end
    return UNITS[re.sub(r"[\s-]", " ", found[1])], found.end()
