"""Numbers in words ("three hundred and forty", "a dozen", "one in five"), and the units of measure behind numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from assistant.english.words import word_list, word_set


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


_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
ONES = {word: Decimal(i) for i, word in enumerate((_ONES + " eighteen nineteen").split())}
TENS = {
    word: Decimal(i * 10)
    for i, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
SCALES = {
    "hundred": Decimal(100),
    "thousand": Decimal(1_000),
    "lakh": Decimal(100_000),
    "million": Decimal(1_000_000),
    "crore": Decimal(10_000_000),
    "billion": Decimal(1_000_000_000),
    "trillion": Decimal(1_000_000_000_000),
}
DOZEN = Decimal(12)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
ORDINALS = {
    **{word: Decimal(i) for i, word in enumerate(_ORDINALS.split(), 1)},
    **{
        word: Decimal(i)
        for i, word in enumerate(["fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth"], 15)
    },
    **{word[:-1] + "ieth": value for word, value in TENS.items()},
    "hundredth": Decimal(100),
}
FRACTIONS = {
    "half": Decimal(1) / 2,
    "third": Decimal(1) / 3,
    "quarter": Decimal(1) / 4,
    "fifth": Decimal(1) / 5,
    "sixth": Decimal(1) / 6,
    "seventh": Decimal(1) / 7,
    "eighth": Decimal(1) / 8,
    "ninth": Decimal(1) / 9,
    "tenth": Decimal(1) / 10,
}
VAGUE = {"dozens": DOZEN, "scores": Decimal(20), **{f"{word}s": value for word, value in SCALES.items()}}
MULTIPLES = {
    **dict.fromkeys(("twice", "double", "doubled", "doubling", "doubles", "twofold"), Decimal(2)),
    **dict.fromkeys(("thrice", "triple", "tripled", "tripling", "triples", "threefold"), Decimal(3)),
    **dict.fromkeys(("quadruple", "quadrupled"), Decimal(4)),
    **dict.fromkeys(("halved", "halving", "halves"), Decimal("0.5")),
}
_VALUES = {**ONES, **TENS}
_MULTIPLIERS = {**SCALES, "dozen": DOZEN}
_OPENING = {"half", "a", "an", "quarter", *VAGUE, *MULTIPLES, *ORDINALS, *_VALUES}  # words that may begin a number
_LONGEST_RUN = 40  # words: longer than any number
_WORD = re.compile(r"[A-Za-z]+")
_PRONOUN_AFTER_ONE = word_set("of another who that which day thing way is was has can")
_SHARE_OF = word_set("of more less fewer higher lower larger smaller as off")  # behind "a third" that is no "3rd"
_THE_TWO = word_set("the these those between other last next first past both")


class Spelt(NamedTuple):
    """A number in words."""

    value: Decimal
    start: int
    end: int
    kind: str = ""  # "", "ordinal", "fraction", "vague" or "times"


def find_spelt(text: str) -> Iterator[Spelt]:
    """Yield the numbers in words, in order, except "one" as a pronoun and "the two", which points back."""
    words = list(_WORD.finditer(text))
    i = 0
    while i < len(words):
        if words[i][0].lower() not in _OPENING:
            i += 1
            continue
        spelt, used = _read(text, words, i)
        if spelt:
            yield spelt
        i += max(1, used)


def _read(text: str, words: Sequence[re.Match[str]], i: int) -> tuple[Spelt | None, int]:
    """Return the number that begins with word `i`, and how many words it takes."""
    word = words[i][0].lower()
    for kind, values in (("vague", VAGUE), ("times", MULTIPLES)):
        if word in values:
            return Spelt(values[word], words[i].start(), words[i].end(), kind), 1
    if word in ORDINALS:
        return _ordinal(words, i, Decimal(0), i)
    if word == "half" or (word in {"a", "an"} and _next(words, i) == "half"):
        return _half(words, i)
    if word == "quarter" and i and words[i - 1][0].lower() in {"a", "one"} and _next(words, i) == "of":
        return Spelt(FRACTIONS[word], words[i].start(), words[i].end(), "fraction"), 1
    if word in _VALUES or (word in {"a", "an"} and _next(words, i) in _MULTIPLIERS):
        return _cardinal(text, words, i)
    return None, 0


def _half(words: Sequence[re.Match[str]], i: int) -> tuple[Spelt | None, int]:
    """Read "half", "half a million", "a half million" or "half a dozen"."""
    used = 1 if words[i][0].lower() == "half" else 2
    if _next(words, i + used - 1) in {"a", "an"} and _next(words, i + used) in _MULTIPLIERS:
        used += 1
    value, scaled = Decimal("0.5"), False
    while (unit := _next(words, i + used - 1)) in _MULTIPLIERS:
        value, used, scaled = value * _MULTIPLIERS[unit], used + 1, True
    if not scaled and _next(words, i + used - 1) in {"a", "an"} and _next(words, i + used) in UNITS:
        used, scaled = used + 1, True  # "half an hour" is half of one, not half of something
    return Spelt(value, words[i].start(), words[i + used - 1].end(), "" if scaled else "fraction"), used


def _cardinal(text: str, words: Sequence[re.Match[str]], i: int) -> tuple[Spelt | None, int]:
    """Read "forty", "a hundred and five thousand", "two million three hundred and four": parts that grow smaller.

    A part that is no smaller begins another number: "between one hundred and two hundred".
    """
    run = _joined_run(text, words, i)
    value, multiplier, used = _part(run, 0)
    while multiplier > 1 and run[used - 1] != "dozen":
        skipped = _skips_and(run, used)
        more, next_multiplier, end = _part(run, skipped)
        if end == skipped or run[skipped] in {"a", "an"} or more >= multiplier:
            break
        value, multiplier, used = value + more, next_multiplier, end
    return _finish(text, words, i, i + used, value)


def _joined_run(text: str, words: Sequence[re.Match[str]], i: int) -> list[str]:
    """Return the words of a number from word `i` on, joined by spaces or hyphens, in small letters."""
    run = [words[i][0].lower()]
    for left, right in pairwise(words[i : i + _LONGEST_RUN]):
        word = right[0].lower()
        if not _joined(text, left, right) or not (word in _VALUES or word in _MULTIPLIERS or word == "and"):
            break
        run.append(word)
    return run


def _part(run: Sequence[str], j: int) -> tuple[Decimal, Decimal, int]:
    """Read from `j` up to a unit; return the value, the product of its units (1 for none), and the end.

    For "two hundred and five thousand", 205,000 and 1,000. The end is `j` itself when no number begins there.
    """
    value, end = _below_thousand(run, j)
    if end == j:
        return Decimal(0), Decimal(1), j
    multiplier = Decimal(1)
    while end < len(run) and run[end] in _MULTIPLIERS:
        multiplier, end = multiplier * _MULTIPLIERS[run[end]], end + 1
    return value * multiplier, multiplier, end


def _below_thousand(run: Sequence[str], j: int) -> tuple[Decimal, int]:
    """Return the value of "seventeen", "two hundred and five" or "a", and where it ends."""
    value, end = _below_hundred(run, j)
    if end == j or run[end : end + 1] != ["hundred"]:
        return value, end
    value, end = value * 100, end + 1
    skipped = _skips_and(run, end)
    more, last = _below_hundred(run, skipped)
    ends_here = last == skipped or run[skipped] in {"a", "an"} or run[last : last + 1] == ["hundred"]
    return (value, end) if ends_here else (value + more, last)


def _below_hundred(run: Sequence[str], j: int) -> tuple[Decimal, int]:
    word, after = (*run[j : j + 2], "", "")[:2]
    if word in {"a", "an"}:
        return Decimal(1), j + 1
    if word in TENS and 0 < ONES.get(after, Decimal(0)) < 10:
        return TENS[word] + ONES[after], j + 2
    return (_VALUES[word], j + 1) if word in _VALUES else (Decimal(0), j)


def _skips_and(run: Sequence[str], j: int) -> int:
    return j + 1 if run[j : j + 1] == ["and"] else j


def _finish(text: str, words: Sequence[re.Match[str]], i: int, j: int, value: Decimal) -> tuple[Spelt | None, int]:
    """Return a cardinal, or the ordinal, fraction or nothing that the words after it make of it."""
    after = _next(words, j - 1)
    if after in ORDINALS and words[j - 1][0].lower() in TENS and ORDINALS[after] < 10:
        return _ordinal(words, j, value, i)
    if after.removesuffix("s") in FRACTIONS and value < 10 and _joined(text, words[j - 1], words[j]):
        return Spelt(
            value * FRACTIONS[after.removesuffix("s")], words[i].start(), words[j].end(), "fraction"
        ), j + 1 - i
    if after == "and" and [w[0].lower() for w in words[j + 1 : j + 3]] == ["a", "half"]:
        return _and_a_half(words, i, j, value)
    alone = j - i == 1
    before = words[i - 1][0].lower() if i else ""
    if alone and value == 1 and (after in _PRONOUN_AFTER_ONE or not _counts(text, words[i])):
        return None, 1
    if alone and value == 2 and before in _THE_TWO:
        return None, 1
    return Spelt(value, words[i].start(), words[j - 1].end()), j - i


def _and_a_half(words: Sequence[re.Match[str]], i: int, j: int, value: Decimal) -> tuple[Spelt, int]:
    """Read "two and a half", "two and a half million" and "two million and a half"; word `j` is the "and"."""
    half = Decimal("0.5")
    if (unit := _next(words, j + 2)) in SCALES:
        return Spelt((value + half) * SCALES[unit], words[i].start(), words[j + 3].end()), j + 4 - i
    last = words[j - 1][0].lower()
    half *= _MULTIPLIERS[last] if last in _MULTIPLIERS and last != "hundred" else 1
    return Spelt(value + half, words[i].start(), words[j + 2].end()), j + 3 - i


def _counts(text: str, word: re.Match[str]) -> bool:
    """Whether "one" counts something: "one in five", "one-year"; elsewhere it is as good as "a"."""
    return text[word.end() : word.end() + 1] == "-" or text.startswith((" in ", " per ", " out of "), word.end())


def _ordinal(words: Sequence[re.Match[str]], j: int, tens: Decimal, i: int) -> tuple[Spelt | None, int]:
    value = tens + ORDINALS[words[j][0].lower()]
    before = words[i - 1][0].lower() if i else ""
    if before in {"a", "an"} and words[j][0].lower() in FRACTIONS and _next(words, j) in _SHARE_OF:
        return Spelt(FRACTIONS[words[j][0].lower()], words[i].start(), words[j].end(), "fraction"), j + 1 - i
    return Spelt(value, words[i].start(), words[j].end(), "ordinal"), j + 1 - i


def _next(words: Sequence[re.Match[str]], i: int) -> str:
    return words[i + 1][0].lower() if i + 1 < len(words) else ""


def _joined(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    """Whether only a space or hyphen stands between two words."""
    return text[left.end() : right.start()] in {" ", "-", "\u00a0", "‑"}
