"""What a citation marker looks like in a model's reply, and where the markers of a line are.

A marker is one or more numbers in square brackets, as models really write them: `[1]`, `[1, 2]`, `[1-3]`, `【1】`,
`［1］`, `[^1]`, `[1†source]`, `[Source 1]`, `[cite: 1]`, `[doc1]`, `[1](#link)`, `**[1]**`, `([1])`, `[[1]]`,
`(see evidence [1])`. In `【4:1†source】`, OpenAI's form, 4 is the message of the search and 1, the number, its result.

What is not a marker and stays in the text, where every reader and check can see it:
- anything in backquotes; numbers of more than 6 digits; negative numbers; superscripts; round brackets;
- a year: brackets that hold nothing but numbers from 1900 to 2099 ("In [2024], sales fell"), unless such a number was
  offered.

Look-ahead is bounded, so the time is linear whatever the model writes.

A marker that a model writes as words of its sentence ("According to [1], it rained") is left in a readable sentence by
`without_pointing_words`: the words that only point are taken out, and the marker is put behind the first word of what
follows, where it belongs to the same sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

_LONGEST = 120  # characters between the brackets of a marker
_DIGITS = 6  # of the largest number that is recognised
_WIDEST_RANGE = 64  # numbers in a range; a wider one stands for its two ends
_YEARS = range(1900, 2100)

_OPENING = re.compile(r"[\[【［]")
_BODY = re.compile(rf"[^\[【［\]】］\r\n]{{1,{_LONGEST}}}")
_CLOSING = "]】］"
_TOKEN = re.compile(r"\d+|[^\W\d_]+|.", re.DOTALL)
_DASHES = "-–—‑‒−"
_SKIPPED = ",;，、；&^#*\\"
_WORDS = (  # labels, in the singular; not "no" and "number", as in "[No. 10] refused to say"
    *("and", "citation", "cite", "cited", "doc", "document", "evidence", "fn", "footnote", "id", "item", "nr"),
    *("passage", "quote", "ref", "reference", "result", "s", "see", "sentence", "snippet", "source", "src"),
)
_LABELS = frozenset((*_WORDS, *(f"{word}s" for word in _WORDS)))
_COLONS = ":："
_AFTER_LABEL = ":=_.：-"  # between a label and its number

_LINK = re.compile(r"\((?:#|https?:)[^()\s]{0,300}\)")
_BETWEEN = re.compile(r"[\s*]*(?:(?:[,;&]|and\b)[\s*]*)?")
_WRAPPERS = (  # what may stand right before and right after a marker and means nothing without it
    (
        re.compile(
            r"\((?:(?:see|cf\.?|per|as per|from|in|according to|based on)\s){0,2}(?:also\s)?(?:the\s)?"
            r"(?:(?:see|cf|sources?|refs?|references?|sentences?|evidence|citations?|cited?|docs?|documents?|articles?)"
            r"\b[:.]{0,2}\s?)?\Z",
            re.IGNORECASE,
        ),
        ")",
    ),
    (re.compile(r"[\[【［]\Z"), "]"),
    (re.compile(r"\*\*\Z"), "**"),
)
_WRAPPER_LENGTH = 50  # characters of the longest opening wrapper


class Marker(NamedTuple):
    """One or more markers side by side, as offsets in the text that was searched."""

    start: int
    end: int
    numbers: tuple[int, ...]  # in the order in which they were written, 0 or more


def find_markers(text: str, code: Sequence[tuple[int, int]], offered: Collection[int]) -> list[Marker]:
    """The markers of one line in order; neighbours ("[1], [2]") are one, and what wraps a marker is part of it.

    `code` are the spans of `text` that are left alone, in order.
    """
    groups: list[list[Marker]] = []
    for marker in _single_markers(text, code, offered):
        if groups and _only_between(text, groups[-1][-1].end, marker.start):
            groups[-1].append(marker)
        else:
            groups.append([marker])
    return [_with_wrappers(text, _joined(group)) for group in groups]


def marker_at(text: str, at: int) -> Marker | None:
    """The marker whose opening bracket is `text[at]`, if there is one; years are markers here."""
    body = _BODY.match(text, at + 1)
    if body is None or text[body.end() : body.end() + 1] not in (*_CLOSING,):
        return None
    numbers = _numbers(body[0], vendor=text[at] == "【")
    return Marker(at, body.end() + 1, numbers) if numbers else None


def may_be_marker(text: str, at: int) -> bool:
    """Whether a marker may begin at `at` that goes on after the end of `text`."""
    if text[at] not in "[【［":
        return False
    body = _BODY.match(text, at + 1)
    end = body.end() if body else at + 1
    return end == len(text) and (body is None or _may_hold_numbers(body[0]))


def without_markers(text: str, offered: Collection[int]) -> str:
    """`text` with the brackets of any marker in it made round: for text that must hold none."""
    pieces: list[str] = []
    at = 0
    for marker in _single_markers(text, code_spans(text), offered):
        inner = text[marker.start : marker.end].strip("[【［]】］\\")
        pieces += [text[at : marker.start], f"({inner})"]
        at = marker.end
    return "".join((*pieces, text[at:]))


def code_spans(line: str) -> list[tuple[int, int]]:
    """The spans of `line` in backquotes, quotes included: a run of them up to the next run of the same length."""
    runs = [(run.start(), run.end()) for run in re.finditer("`+", line)]
    partner: dict[int, int] = {}  # index of a run -> index of the next run of its length
    seen: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        length = runs[index][1] - runs[index][0]
        if length in seen:
            partner[index] = seen[length]
        seen[length] = index
    spans: list[tuple[int, int]] = []
    index = 0
    while index < len(runs):
        if index in partner:
            spans.append((runs[index][0], runs[partner[index]][1]))
            index = partner[index]
        index += 1
    return spans


def _single_markers(text: str, code: Sequence[tuple[int, int]], offered: Collection[int]) -> Iterator[Marker]:
    spans = iter((*code, (len(text), len(text))))
    span = next(spans)
    for opening in _OPENING.finditer(text):
        at = opening.start()
        while at >= span[1]:
            span = next(spans)
        marker = marker_at(text, at) if at < span[0] else None
        if marker is not None and marker.end <= span[0] and not _are_years(marker.numbers, offered):
            link = _LINK.match(text, marker.end)
            escaped = at > 0 and text[at - 1] == "\\"
            yield Marker(at - escaped, link.end() if link else marker.end, marker.numbers)


def _joined(group: Sequence[Marker]) -> Marker:
    return Marker(group[0].start, group[-1].end, tuple(number for marker in group for number in marker.numbers))


def _are_years(numbers: tuple[int, ...], offered: Collection[int]) -> bool:
    return all(number in _YEARS and number not in offered for number in numbers)


def _numbers(body: str, *, vendor: bool = False) -> tuple[int, ...]:
    """The numbers in what stands between two brackets; none unless it holds nothing else.

    `vendor`: "4:1" is the first result of the fourth message.
    """
    body, dagger, _ = body.partition("†")
    numbers: list[int] = []
    before = ""  # the token before this one, white space left out
    label = ""  # the last label, until a number follows
    for token in _TOKEN.findall(body):
        if token.isdecimal():
            if len(token) > _DIGITS:
                return ()
            numbers += _range(numbers[-1], int(token)) if before in (*_DASHES,) and not label else [int(token)]
            label = ""
        elif token.casefold() in _LABELS:
            label = token
        elif token in _AFTER_LABEL and label:
            pass
        elif token in _COLONS and before.isdecimal() and (dagger or vendor):
            numbers.pop()
        elif token in _DASHES:
            if not before.isdecimal():
                return ()
        elif not (token.isspace() or token in _SKIPPED):
            return ()
        before = before if token.isspace() else token
    return () if before in (*_DASHES, *_AFTER_LABEL) else tuple(dict.fromkeys(numbers))


def _range(first: int, last: int) -> Sequence[int]:
    """The numbers after `first` up to `last`; `last` alone when they are too many or run backwards."""
    return range(first + 1, last + 1) if first < last < first + _WIDEST_RANGE else [last]


def _may_hold_numbers(body: str) -> bool:
    """Whether `body`, which may be cut off, begins as the inside of a marker does."""
    start = body.lstrip(f" \t*{_SKIPPED}")
    word = _TOKEN.match(start)
    if word is None or word[0].isdecimal():
        return True
    return any(known.startswith(word[0].casefold()) for known in _LABELS)


def _only_between(text: str, start: int, end: int) -> bool:
    return _BETWEEN.fullmatch(text, start, end) is not None


def _with_wrappers(text: str, marker: Marker) -> Marker:
    """`marker` with the wrappers around it, three at most: `**([1])**`."""
    start, end, numbers = marker
    for _ in range(3):
        for opening, closing in _WRAPPERS:
            found = opening.search(text[max(0, start - _WRAPPER_LENGTH) : start])
            if found and text.startswith(closing, end):
                start, end = start - len(found[0]), end + len(closing)
                break
    return Marker(start, end, numbers)


_SAYS = (
    r"(?:says?|said|states?|stated|reports?|reported|notes?|noted|mentions?|mentioned|shows?|showed|confirms?|confirmed"
    r"|indicates?|indicated|explains?|explained|describes?|described|adds?|added|suggests?|suggested|tells?|told us"
    r"|reveals?|revealed|writes?|wrote|claims?|claimed)"
)
_DONE = (
    r"(?:reported|stated|noted|described|mentioned|shown|seen|said|written|explained|confirmed|indicated|cited"
    r"|outlined|detailed|given|told|quoted|found)"
)
_LABEL = (
    r"(?:(?:the\s)?(?:evidence|sources?|sentences?|references?|citations?|documents?|articles?|numbers?|items?)\s?)?"
)
_ATTRIBUTION = re.compile(
    rf"(?P<comma>,\s|\b)(?:(?:as\s)?according to|(?:as\s|is\s)?based on|(?:as\s)?per"
    rf"|as (?:it is\s)?{_DONE} (?:in|by))\s{_LABEL}\Z",
    re.IGNORECASE,
)
_WINDOW = 70  # characters before a marker that are looked at
_SUBJECT = re.compile(rf"(?:\A|(?<=[.!?:\]】］]\s)|(?<=[.!?:][”\")]\s)){_LABEL}\Z", re.IGNORECASE)
_SAYS_THAT = re.compile(rf"\s(?:both\s|also\s|clearly\s)?{_SAYS}\sthat\s")
_ONLY_SAYS = re.compile(rf"\s(?:both\s|also\s|clearly\s)?{_SAYS}\b(?!\sthat\b)")
_AS_SUBJECT = re.compile(rf"(?:\A|(?<=[.!?:\]】］]\s))As\s{_LABEL}\Z")
_AS_SAYS = re.compile(rf"\s{_SAYS},\s")
_OBJECT = re.compile(r"\b(?:in|of|by|from)\s\Z")
_WORD = re.compile(r"[^\s\[\]【】［］`<>{}\\]+(?=[\s.,;:!?]|\Z)")
_END = re.compile(r"\s?(?:[.;!?)]|\Z)")


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def without_pointing_words(text: str, offered: Collection[int]) -> str:
    """Return a line of a reply without the words that only lead to a marker; every marker is kept.

    >>> without_pointing_words("According to [1], it rained. It snowed, according to [2].", ())
    'It [1] rained. It snowed [2].'
    """
    pieces: list[str] = []
    at = 0
    for marker in find_markers(text, code_spans(text), offered):
        edit = next(_edits(text, marker), None)
        if edit is not None and edit.start >= at:
            pieces += [text[at : edit.start], edit.text]
            at = edit.end
    return "".join((*pieces, text[at:]))


def _edits(text: str, marker: Marker) -> Iterator[_Edit]:
    """Yield the ways to write the sentence around `marker` without words that point, the best first."""
    first = max(0, marker.start - _WINDOW)
    window = text[first : marker.start] if first == 0 else f" {text[first + 1 : marker.start]}"
    written = text[marker.start : marker.end]
    if phrase := _ATTRIBUTION.search(window):
        begin = first + phrase.start()
        if text[begin].isupper():
            after = re.compile(r",?\s*").match(text, marker.end)
            yield from _moved(text, begin, after.end() if after else marker.end, written)
        elif phrase["comma"]:
            comma = text.startswith(",", marker.end)
            yield _Edit(begin, marker.end + comma, f" {written}")
        elif _END.match(text, marker.end) and not phrase[0].casefold().startswith(("is", "based", "per")):
            yield _Edit(begin, marker.end, written)
    if (subject := _SUBJECT.search(window)) and (says := _SAYS_THAT.match(text, marker.end)):
        yield from _moved(text, first + subject.start(), says.end(), written)
    if _SUBJECT.search(window) and not window[-1:].strip() and _ONLY_SAYS.match(text, marker.end):
        yield _Edit(marker.start, marker.end, f"The source {written}")
    if (subject := _AS_SUBJECT.search(window)) and (says := _AS_SAYS.match(text, marker.end)):
        yield from _moved(text, first + subject.start(), says.end(), written)
    if _OBJECT.search(window) and _ONLY_SAYS.match(text, marker.end):
        yield _Edit(marker.start, marker.end, f"the source {written}")


def _moved(text: str, start: int, end: int, marker: str) -> Iterator[_Edit]:
    """Yield the edit that leaves out `start` to `end` and puts `marker` behind the word that follows."""
    if word := _WORD.match(text, end):
        capital = word[0][:1].upper() + word[0][1:]
        yield _Edit(start, word.end(), f"{capital} {marker}")
