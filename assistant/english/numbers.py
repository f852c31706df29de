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
from math import prod

from assistant.english.number_words import SCALES, Measure, find_spelt, measure_behind
from assistant.english.words import LONGEST, word_set

PERCENT, POINTS, ORDINAL, VAGUE, TIMES = "%", "%-points", "ordinal", "vague", "times"
ABOUT, NEARLY = "about", "nearly"
ABOVE, BELOW = frozenset({"above", "at least"}), frozenset({"below", "at most", NEARLY})
_LONGEST_DIGITS = 24  # digits of a number that is computed with; longer ones are compared as text

_SHORT = {"k": "thousand", "m": "million", "mn": "million", "mln": "million", "b": "billion", "bn": "billion"}
_SHORT |= {"bln": "billion", "tn": "trillion", "trn": "trillion", "cr": "crore"}
_MAGNITUDES = {**SCALES, **{short: SCALES[word] for short, word in _SHORT.items()}}
_SYMBOLS = {"dollar": "$", "euro": "€", "pound": "£", "yen": "¥", "yuan": "¥", "rupee": "₹"}
_CODES = {"rs": "₹", "rs.": "₹", "inr": "₹", "usd": "$", "eur": "€", "gbp": "£"}  # written before or behind a sum
_FIGURE = re.compile(
    r"(?:(?<![A-Za-z])(?P<code>Rs\.?|INR|USD|EUR|GBP)\s?|(?P<glued>[A-Za-z]{1,12}-?)?)"
    r"(?P<sign>(?:US|A|C|NZ|HK|S)?[$€£¥₹]\s?)?"
    r"(?P<digits>\d++(?:[.,]\d++)*+|(?<![\w.,…)\]’'”\"])\.\d++(?![.,]\d))"
    r"(?P<clock>:[0-5]\d\b)?"
    r"(?:(?P<ordinal>st|nd|rd|th)\b|(?P<decade>['’]?s)\b"
    r"|(?P<letter>k|mn|m|bn|b|tn|mln|bln|trn)\b(?!\.\w)"
    r"|[\s-]?(?P<scale>(?:hundred|thousand|million|billion|trillion|crore|lakh|cr|mn|bn)s?(?:\s(?:million|crore)s?)?)\b)?",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|\.\d+")
# "-5", but not "3-5", "F-16", "$-5", "+/-5"; "minus 5", but not "plus or minus 5" and "10 minus 5"
_MINUS = re.compile(
    r"(?:(?<![\w.…)\]}%/±+$€£¥₹’'”\"–—−-])(?<![\d%]\s)[-−–]|(?<![\d%]\s)(?<!plus\sor\s)\bminus\s)\Z", re.IGNORECASE
)
_DEGREES = re.compile(r"\s?(?:°|degrees?\b)", re.IGNORECASE)
# Words that say "-2 percent" without a sign: "fell 2 percent", "a 2 percent drop", "5 degrees below zero".
_LESS = r"f[ae]ll|drop|declin|decreas|shr[aiu]nk|contract|los[est]|slip|slid|dip"
_FELL = re.compile(rf"\b(?:down|(?:{_LESS})\w*)\s(?:(?:by|of|an?|about|some)\s)*\Z", re.IGNORECASE)
_A_FALL = re.compile(rf"\s(?:(?:{_LESS})\w*|(?:degrees?\s)?below\szero)\b|°C?\sbelow\szero\b", re.IGNORECASE)
_AFTER = re.compile(
    r"\s?(?:-\s?)?(?:(?P<points>(?:%|per\s?cent(?:age)?)[\s-]points?\b)|(?P<percent>%|per\s?cent\b|pct\b)"
    r"|(?:(?:US|U\.S\.|American|Australian|Canadian|Hong Kong|Singapore)\s)?"
    r"(?P<money>dollar|euro|pound|yen|yuan|rupee|USD|EUR|GBP|INR)s?\b)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s?(?:-|–|—|to|and|or)\s?[$€£¥₹]?\Z")
_PREFIXES = word_set("mid pre post ex sub non us uk nov dec jan feb mar apr jun jul aug sep sept oct in of to")
_ABOUT = re.compile(
    r"(?:about|around|roughly|approximately|some|circa|estimated|(?P<nearly>almost|nearly|close to)"
    r"|(?P<at_least>at least|upwards of|no (?:fewer|less) than|a minimum of)"
    r"|(?P<at_most>as (?:many|much) as|up to|at most|no more than|a maximum of)"
    r"|(?P<above>more than|over|above|exceed(?:s|ed|ing)?|topp(?:ed|ing))"
    r"|(?P<below>less than|fewer than|under|below|not quite))"
    r"\s+(?:an?\s+|the\s+)?(?:(?:US|A|C|NZ|HK|S)?[$€£¥₹]|Rs\.?\s)?\Z",
    re.IGNORECASE,
)
_OF_A_POINT = re.compile(r"\s(?:of\s)?an?\s(?:percentage|per\s?cent)[\s-]point\b", re.IGNORECASE)
_RATIO = re.compile(r"\s(?:in|out of)(?:\severy)?\s")
_FRACTION_STEP = Decimal(4)  # percentage points: "about a third" is 31.3 to 35.3 %
_FURTHEST = Decimal(5)  # a number behind "about" or "nearly" is off by a fifth at most: 100 is not about 60
_OR_MORE = re.compile(r"\s(?:or|and)\s(?:(?P<more>more|over|above)|fewer|less|under|below)\b", re.IGNORECASE)
_OR_SO = re.compile(r"\s?(?:or so|-odd|-plus|-ish)\b|\+")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text."""

    start: int  # characters
    end: int
    value: Decimal
    unit: str = ""  # "%", "ordinal", "vague", "times", "clock", a currency sign, "id:…" in a name, "s" for decades
    step: Decimal = Decimal(1)  # value of its last digit that is not a closing zero: 23 million has 1 million
    rounding: str = ""  # what the words around it say: "", "about", "nearly", "above", "at least", "below", "at most"
    also: tuple[tuple[Decimal, str], ...] = ()  # other values and units that the words may mean
    measure: Measure | None = None  # "miles", "weeks"


@lru_cache(maxsize=512)
def find_numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers in the first 4,000 characters, in order, in figures and in words."""
    text = text[:LONGEST]
    figures = [_figure(text, m) for m in _FIGURE.finditer(text)]
    taken = {position for n in figures for position in range(n.start, n.end)}
    spelt = [n for n in _spelt(text) if n.start not in taken]
    measured = (_measured(text, n) for n in [*figures, *spelt])
    return tuple(_with_ranges(text, [_signed(text, n) for n in sorted(measured, key=lambda n: n.start)]))


def agree(number: Number, other: Number) -> bool:
    """Whether two numbers may be one: either would support the other."""
    return supports(number, other) or supports(other, number)


def supports(known: Number, said: Number) -> bool:
    """Whether a source's number `known` has the value that a statement gives, or the statement rounds it."""
    if (known.rounding in ABOVE and said.rounding in BELOW) or (known.rounding in BELOW and said.rounding in ABOVE):
        return False  # "more than 20", "less than 20"
    sizes = _sizes(known, said)
    if sizes is None:
        return False
    step = said.step * sizes[1]
    return any(
        _has_value(of_known * sizes[0], kind, value * sizes[1], unit, step, said.rounding)
        for value, unit in [(said.value, said.unit), *said.also]
        for of_known, kind in [(known.value, known.unit), *known.also]
    )


def _sizes(known: Number, said: Number) -> tuple[Decimal, Decimal] | None:
    """What makes the measures of two numbers comparable, None where nothing does: hours are no miles."""
    if known.measure is None or said.measure is None or known.measure == said.measure:
        return Decimal(1), Decimal(1)
    return (known.measure.size, said.measure.size) if known.measure.dimension == said.measure.dimension else None


def _has_value(known: Decimal, kind: str, value: Decimal, unit: str, step: Decimal, rounding: str) -> bool:
    if unit == VAGUE:  # "dozens of": the same word, or a number that is dozens
        return (kind == VAGUE and value == known) or (kind == "" and 2 * value <= known < 1000 * value)
    if unit == TIMES:  # "twice": the same or another such word, or "two times"
        return kind in {TIMES, ""} and value == known
    if _plain(unit) != _plain(kind):
        return False
    return value == known or (rounding != "" and _rounded(known, value, step, rounding))


def _plain(unit: str) -> str:
    return "$" if unit.endswith("$") else unit


def _rounded(known: Decimal, value: Decimal, step: Decimal, rounding: str) -> bool:
    """Whether a statement may say `value` for `known`, by the word of rounding before it."""
    near = min(step, abs(value) / _FURTHEST)
    if rounding == ABOUT:
        return abs(known - value) <= min(step / 2, near)
    if rounding == NEARLY:
        return 0 <= value - known < near
    if rounding in ABOVE:
        return 0 <= known - value < step
    return 0 <= value - known < step


def _figure(text: str, match: re.Match[str]) -> Number:
    plain = _PLAIN.fullmatch(match["digits"])
    digits = match["digits"].replace(",", "")
    glued = (match["glued"] or "").rstrip("-").lower()
    start = match.start("code") if match["code"] else match.start("sign" if match["sign"] else "digits")
    if len(digits) > _LONGEST_DIGITS or plain is None:  # "5,5", "1.2.3", "12.03.2024": only the same figures agree
        digits = match["digits"]
        return Number(start, match.end(), Decimal(0), f"id:{digits}")
    value, step = Decimal(digits), _step(digits)
    if match["clock"]:
        return _clock(match, start)
    if glued and glued not in _PREFIXES and not match["sign"]:
        return Number(match.start("glued"), match.end(), value, f"id:{glued}")
    scale = _scale(match)
    unit, end, also = _unit(text, match, value * scale)
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
    if match["code"]:
        return _CODES[match["code"].lower()], match.end(), ()
    after = _AFTER.match(text, match.end())
    if after is None:
        rupees = "crore" in (match["scale"] or "").lower()  # which nearly always counts them
        return "", match.end(), ((value, "₹"),) if rupees else ()
    weight = ((value, ""),) if (after["money"] or "").lower() == "pound" else ()
    return _unit_after(after), after.end(), weight


def _unit_after(after: re.Match[str]) -> str:
    """What the words behind a number say that it counts."""
    if after["points"]:
        return POINTS
    if after["percent"]:
        return PERCENT
    money = after["money"].lower()
    return _SYMBOLS.get(money) or _CODES[money]


def _scale(match: re.Match[str]) -> Decimal:
    """What the words behind the digits multiply them by: "lakh crore" by both."""
    words = (match["letter"] or match["scale"] or "").lower().split()
    return prod((_MAGNITUDES.get(word) or _MAGNITUDES[word.removesuffix("s")] for word in words), start=Decimal(1))


def _step(digits: str) -> Decimal:
    whole, _, decimals = digits.partition(".")
    if decimals:
        return Decimal(1).scaleb(-len(decimals))
    return Decimal(1).scaleb(len(whole) - len(whole.rstrip("0")) if whole.strip("0") else 0)


def _rounding(text: str, start: int, end: int) -> str:
    found = _ABOUT.search(text, max(0, start - 40), start)
    if found is None:
        more = _OR_MORE.match(text, end)
        return ("at least" if more["more"] else "at most") if more else ABOUT if _OR_SO.match(text, end) else ""
    return next((said.replace("_", " ") for said, words in found.groupdict().items() if words), ABOUT)


def rounding_start(text: str, number: Number) -> int:
    """Where the words that round a number begin: "about" in "about 100"; its own start where there are none."""
    found = _ABOUT.search(text, max(0, number.start - 40), number.start)
    return found.start() if found else number.start


def _spelt(text: str) -> Iterator[Number]:
    for spelt in find_spelt(text):
        number = Number(spelt.start, spelt.end, spelt.value, step=_step(format(spelt.value.normalize(), "f")))
        if spelt.kind in {ORDINAL, VAGUE, TIMES}:
            yield replace(number, unit=spelt.kind)
        elif spelt.kind == "fraction":
            rounding = _rounding(text, spelt.start, spelt.end)
            yield _fraction(text, replace(number, rounding=rounding))
        else:
            yield _with_unit(text, number)


def _fraction(text: str, number: Number) -> Number:
    """A fraction as the percentage that it is, exactly and rounded, or "half a percentage point"."""
    if points := _OF_A_POINT.match(text, number.end):
        return replace(number, unit=POINTS, end=points.end())
    share = number.value * 100
    rounded = {(share.quantize(Decimal(step)).normalize(), PERCENT) for step in ("1", "0.1")}
    return replace(number, value=share, unit=PERCENT, step=_FRACTION_STEP, also=tuple(sorted(rounded)))


def _with_unit(text: str, number: Number) -> Number:
    rounding = _rounding(text, number.start, number.end)
    after = _AFTER.match(text, number.end)
    if after is None:
        return replace(number, rounding=rounding)
    return replace(number, unit=_unit_after(after), end=after.end(), rounding=rounding)


def _measured(text: str, number: Number) -> Number:
    return number if number.unit else replace(number, measure=measure_behind(text, number.end)[0])


def _signed(text: str, number: Number) -> Number:
    """Return a number with the minus before it; one that words call a loss may also be written with one."""
    if number.unit and number.unit[-1] not in "%$€£¥₹" and number.unit != POINTS:
        return number
    sign = _MINUS.search(text, max(0, number.start - 8), number.start)
    counts = number.unit or number.measure or _DEGREES.match(text, number.end)
    plain = counts or (sign and sign[0] != "–" and text[number.start] in "0123456789.")  # not "minus two players"
    if sign and plain:
        below = tuple((-value, unit) for value, unit in number.also)
        rounding = _rounding(text, sign.start(), number.end)
        return replace(number, start=sign.start(), value=-number.value, also=below, rounding=rounding)
    if _FELL.search(text, max(0, number.start - 30), number.start) or _A_FALL.match(text, number.end):
        return replace(number, also=(*number.also, (-number.value, number.unit)))
    return number


def _share(text: str, part: Number, whole: Number | None) -> tuple[tuple[Decimal, str], ...]:
    """Return the percentage that both numbers of "one in five" may mean."""
    if whole is None or not 0 < part.value < whole.value or not _RATIO.fullmatch(text, part.end, whole.start):
        return ()
    return ((part.value * 100 / whole.value, PERCENT),)


def _with_ranges(text: str, numbers: Sequence[Number]) -> Iterator[Number]:
    """Yield the numbers; both ends of "20 to 23 per cent" or "$3-5 million" share sign, unit and magnitude."""
    for i, number in enumerate(numbers):
        also, measure = number.also, number.measure
        after = numbers[i + 1] if i + 1 < len(numbers) else None
        before = numbers[i - 1] if i else None
        if after and _RANGE.fullmatch(text, number.end, after.start):
            unit, measure = number.unit or after.unit, measure or after.measure
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
        changed = also != number.also or measure != number.measure
        yield replace(number, also=also, measure=measure) if changed else number
