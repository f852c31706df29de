"""Markers that a model writes as words of its sentence, such as "According to [1], it rained".

The words that only point are taken out with the marker, so that the sentence stays readable. The marker is put behind
the first word of what follows, where it belongs to the same sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from assistant.answering.markers import Marker, code_spans, find_markers

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
