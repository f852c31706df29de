"""Numbers and amounts in English text, in figures and in words, and whether two of them agree.

The value counts and so does what it counts: a percentage is no count of people, dollars are no euros. A rounded number
("about 23 million" for 23.4 million) agrees only behind a word that says so and only within its own rounding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from assistant.english.number_words import SCALES, find_spelt
from assistant.english.word_lists import word_set
from assistant.english.words import LONGEST

PERCENT, ORDINAL, VAGUE, TIMES = "%", "ordinal", "vague", "times"
_LONGEST_DIGITS = 24  # digits of a number that is computed with; longer ones are compared as text

_SHORT = {"k": "thousand", "m": "million", "mn": "million", "mln": "million", "b": "billion", "bn": "billion"}
_SHORT |= {"bln": "billion", "tn": "trillion"}
_MAGNITUDES = {**SCALES, **{short: SCALES[word] for short, word in _SHORT.items()}}
_SYMBOLS = {"dollar": "$", "euro": "€", "pound": "£", "yen": "¥", "yuan": "¥", "rupee": "₹"}
_FIGURE = re.compile(
    r"(?P<glued>[A-Za-z]{1,12}-?)?(?P<sign>(?:US|A|C|NZ|HK|S)?[$€£¥₹]\s?)?"
    r"(?P<digits>\d++(?:[.,]\d++)*+)"
    r"(?P<clock>:[0-5]\d\b)?"
    r"(?:(?P<ordinal>st|nd|rd|th)\b|(?P<decade>['’]?s)\b"
    r"|(?P<letter>k|mn|m|bn|b|tn|mln|bln)\b(?!\.)"
    r"|[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|crore|lakh)\b)?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_AFTER = re.compile(
    r"\s?(?:-\s?)?(?:(?P<percent>%|per\s?cent(?:age\s+points?)?\b|pct\b|percent(?:age[\s-]points?)?\b)"
    r"|(?:(?:US|U\.S\.|American|Australian|Canadian|Hong Kong|Singapore)\s)?"
    r"(?P<money>dollar|euro|pound|yen|yuan|rupee)s?\b)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s?(?:-|–|—|to|and|or)\s?[$€£¥₹]?\Z")
_PREFIXES = word_set("mid pre post ex sub non us uk nov dec jan feb mar apr jun jul aug sep sept oct in of to")
_ABOUT = re.compile(
    r"(?:about|around|roughly|approximately|some|circa|estimated|almost|nearly|close to|as (?:many|much) as|up to"
    r"|(?P<above>more than|over|above|at least|exceed(?:s|ed|ing)?|upwards of|topp(?:ed|ing))"
    r"|(?P<below>less than|fewer than|under|below|not quite|at most))"
    r"\s+(?:an?\s+|the\s+)?(?:US|A|C|NZ|HK|S)?[$€£¥₹]?\Z",
    re.IGNORECASE,
)
_RATIO = re.compile(r"\s(?:in|out of)(?:\severy)?\s")
_FRACTION_STEP = Decimal(4)  # percentage points: "about a third" is 31.3 to 35.3 %
_BELOW_WORDS = ("almost", "nearly", "close to", "up to")
_OR_SO = re.compile(r"\s?(?:or so|-odd|-plus|-ish)\b|\+")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text."""

    start: int  # characters
    end: int
    value: Decimal
    unit: str = ""  # "%", "ordinal", "vague", "times", "clock", a currency sign, "id:…" in a name, "s" for decades
    step: Decimal = Decimal(1)  # value of its last digit that is not a closing zero: 23 million has 1 million
    rounding: str = ""  # "", "about", "above" or "below": what the words around it say
    also: tuple[tuple[Decimal, str], ...] = ()  # other values and units that the words may mean


@lru_cache(maxsize=512)
def find_numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers in the first 4,000 characters, in order, in figures and in words."""
    text = text[:LONGEST]
    figures = [_figure(text, m) for m in _FIGURE.finditer(text)]
    taken = {position for n in figures for position in range(n.start, n.end)}
    spelt = [n for n in _spelt(text) if n.start not in taken]
    return tuple(_with_ranges(text, sorted([*figures, *spelt], key=lambda n: n.start)))


def agree(number: Number, other: Number) -> bool:
    """Whether a source's number `other` supports `number`."""
    if {number.rounding, other.rounding} == {"above", "below"}:
        return False  # "more than 20", "less than 20"
    meanings = [(number.value, number.unit), *number.also]
    return any(
        _agree(value, unit, number, known, kind)
        for value, unit in meanings
        for known, kind in [(other.value, other.unit), *other.also]
    )


def _agree(value: Decimal, unit: str, number: Number, known: Decimal, kind: str) -> bool:
    if unit == VAGUE:  # "dozens of": the same word, or a number that is dozens
        return (kind == VAGUE and value == known) or (kind == "" and 2 * value <= known < 1000 * value)
    if unit == TIMES:  # "twice": the same or another such word, or "two times"
        return kind in {TIMES, ""} and value == known
    if _plain(unit) != _plain(kind):
        return False
    return value == known or _rounded(value, number, known)


def _plain(unit: str) -> str:
    return "$" if unit.endswith("$") else unit


def _rounded(value: Decimal, number: Number, known: Decimal) -> bool:
    if number.rounding == "about":
        return abs(known - value) <= number.step / 2
    if number.rounding == "above":
        return 0 <= known - value < number.step
    return number.rounding == "below" and 0 <= value - known < number.step


def _figure(text: str, match: re.Match[str]) -> Number:
    plain = _PLAIN.fullmatch(match["digits"])
    digits = match["digits"].replace(",", "")
    glued = (match["glued"] or "").rstrip("-").lower()
    start = match.start("digits") if not match["sign"] else match.start("sign")
    if len(digits) > _LONGEST_DIGITS or plain is None:  # "5,5", "1.2.3", "12.03.2024": only the same figures agree
        digits = match["digits"]
        return Number(start, match.end(), Decimal(0), f"id:{digits}")
    value, step = Decimal(digits), _step(digits)
    if match["clock"]:
        return _clock(match, start)
    if glued and glued not in _PREFIXES and not match["sign"]:
        return Number(match.start("glued"), match.end(), value, f"id:{glued}")
    scale = _MAGNITUDES.get((match["letter"] or match["scale"] or "").lower(), Decimal(1))
    unit, end, also = _unit(text, match, value)
    value, step = value * scale, step * scale
    if match["letter"] and match["letter"].lower() == "m":
        also = (*also, (value / scale, unit))  # "100m" may be metres
    return Number(start, end, value, unit, step, _rounding(text, start, end), also)


def _clock(match: re.Match[str], start: int) -> Number:
    try:
        value = Decimal(match["digits"].replace(",", "")) * 100 + Decimal(match["clock"][1:])
    except InvalidOperation:
        value = Decimal(0)
    return Number(start, match.end(), value, "clock", also=((value + 1200, "clock"), (value - 1200, "clock")))


def _unit(text: str, match: re.Match[str], value: Decimal) -> tuple[str, int, tuple[tuple[Decimal, str], ...]]:
    """Return what the number counts, where its words end, and what else they may mean."""
    if match["ordinal"]:
        return ORDINAL, match.end(), ()
    if match["decade"]:
        return "s", match.end(), ()
    if match["sign"]:
        return match["sign"].strip().upper(), match.end(), ()
    after = _AFTER.match(text, match.end())
    if after is None:
        return "", match.end(), ()
    if after["percent"]:
        return PERCENT, after.end(), ()
    money = after["money"].lower()
    scale = _MAGNITUDES.get((match["letter"] or match["scale"] or "").lower(), Decimal(1))
    weight = ((value * scale, ""),) if money == "pound" else ()
    return _SYMBOLS[money], after.end(), weight


def _step(digits: str) -> Decimal:
    whole, _, decimals = digits.partition(".")
    if decimals:
        return Decimal(1).scaleb(-len(decimals))
    return Decimal(1).scaleb(len(whole) - len(whole.rstrip("0")) if whole.strip("0") else 0)


def _rounding(text: str, start: int, end: int) -> str:
    found = _ABOUT.search(text, max(0, start - 40), start)
    if found is None:
        return "about" if _OR_SO.match(text, end) else ""
    if found["above"]:
        return "above"
    return "below" if found["below"] or found[0].lower().startswith(_BELOW_WORDS) else "about"


def _spelt(text: str) -> Iterator[Number]:
    for spelt in find_spelt(text):
        number = Number(spelt.start, spelt.end, spelt.value, step=_step(format(spelt.value.normalize(), "f")))
        if spelt.kind in {ORDINAL, VAGUE, TIMES}:
            yield replace(number, unit=spelt.kind)
        elif spelt.kind == "fraction":
            rounding = _rounding(text, spelt.start, spelt.end)
            yield replace(number, value=spelt.value * 100, unit=PERCENT, step=_FRACTION_STEP, rounding=rounding)
        else:
            yield _with_unit(text, number)


def _with_unit(text: str, number: Number) -> Number:
    rounding = _rounding(text, number.start, number.end)
    after = _AFTER.match(text, number.end)
    if after is None:
        return replace(number, rounding=rounding)
    unit = PERCENT if after["percent"] else _SYMBOLS[after["money"].lower()]
    return replace(number, unit=unit, end=after.end(), rounding=rounding)


def _share(text: str, part: Number, whole: Number | None) -> tuple[tuple[Decimal, str], ...]:
    """Return the percentage that both numbers of "one in five" may mean."""
    if whole is None or not 0 < part.value < whole.value or not _RATIO.fullmatch(text, part.end, whole.start):
        return ()
    return ((part.value * 100 / whole.value, PERCENT),)


def _with_ranges(text: str, numbers: Sequence[Number]) -> Iterator[Number]:
    """Yield the numbers; both ends of "20 to 23 per cent" or "$3-5 million" share sign, unit and magnitude."""
    for i, number in enumerate(numbers):
        also = number.also
        after = numbers[i + 1] if i + 1 < len(numbers) else None
        before = numbers[i - 1] if i else None
        if after and _RANGE.fullmatch(text, number.end, after.start):
            unit = number.unit or after.unit
            scales = {scale for scale in _MAGNITUDES.values() if after.step >= scale / 1000 and after.value >= scale}
            also += ((number.value, unit), *((number.value * s, unit) for s in scales if number.value < 1000))
        if (
            before
            and number.unit == ""
            and before.unit[-1:] in "$€£¥₹%"
            and _RANGE.fullmatch(text, before.end, number.start)
        ):
            also += ((number.value, before.unit),)
        also += _share(text, number, after) + (_share(text, before, number) if before else ())
        yield replace(number, also=also) if also != number.also else number
