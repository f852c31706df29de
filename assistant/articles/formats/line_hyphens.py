"""A word parted at the end of a line: whether its hyphen belongs to it, as in "well-/known", or only to the line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from assistant.english.word_lists import listed, word_set

_WORD = re.compile(r"[^\W\d_]+")
_HYPHENATED = re.compile(r"(?<![\w-])[^\W\d_]+(?:[-\u2010][^\W\d_]+)+")
_END = re.compile(r"(?P<before>[\w’'.-]*?)(?P<head>[^\W\d_]+|\d)(?P<hyphen>[-\u2010\u00ad])$")
_SUSPENDED_NUMBER = re.compile(r"\d{4}\b(?!\s*(?:season|term|school|budget))")  # a year after a dash, mostly
_SUSPENDED = word_set("and or")  # "two- and three-year terms"
_SMALL = word_set("of to in the and by on for a up out off at as or")  # within a compound: "up-to-date"
_AFTER_NAMES = word_set("led run style wide")  # "British-/led"; after small letters, mostly the end of a word
_TENS = word_set("twenty thirty forty fifty sixty seventy eighty ninety")
_UNITS = word_set(
    "one two three four five six seven eight nine first second third fourth fifth sixth seventh eighth ninth"
)
_LONGEST = 60  # characters of a word


class LineHyphens:
    """Puts together what the end of a line parted, by the document's own words first and by lists second.

    A word that the document writes as one elsewhere is one; a compound that it writes with a hyphen, or whose two
    parts stand in it as words, keeps it. Else the lists know first and second parts that are mostly written so.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        lines = list(lines)
        self._words = Counter(word.lower() for line in lines for word in _WORD.findall(line))
        self._hyphenated = {
            word.lower().replace("\u2010", "-") for line in lines for word in _HYPHENATED.findall(line)
        }  # none of those that a line parts: they end in the hyphen

    def joined(self, text: str, line: str) -> str:
        """Return `text` with `line` after it, with a space or without, and with or without the hyphen between."""
        parted, tail = _END.search(text[-_LONGEST:]), _WORD.match(line)
        if parted and parted["hyphen"] != "\u00ad" and line[:1].isdigit() and not _SUSPENDED_NUMBER.match(line):
            return text + line  # "COVID-/19", "£3-/4m"
        if not parted or not tail or (parted["hyphen"] == "\u00ad" and not tail[0][0].islower()):
            return f"{text} {line}"
        if tail[0] in _SUSPENDED and line[tail.end() : tail.end() + 1] != "-":
            return f"{text} {line}"
        if parted["hyphen"] != "\u00ad" and self._is_compound(parted, tail[0], line[tail.end() : tail.end() + 1]):
            return text + line
        return text[:-1] + line

    def _is_compound(self, parted: re.Match[str], tail: str, following: str) -> bool:
        written = parted["head"]
        if _is_compound_as_written(written, tail) or len(written) == 1 or parted["before"].endswith("-"):
            return True  # also "e-/mail", "15-/year-old", "mother-in-/law"
        if following == "-" and tail in _SMALL:
            return True
        head, tail = written.lower(), tail.lower()
        whole, hyphenated = head + tail, f"{head}-{tail}"
        if whole in self._words or hyphenated in self._hyphenated:
            return whole not in self._words
        if whole in listed("closed_compounds"):
            return False
        both_stand_here = self._words[head] > 1 and self._words[tail] > 1
        return (both_stand_here and len(head) > 2) or _is_listed(head, tail)


def _is_compound_as_written(head: str, tail: str) -> bool:
    """Whether capitals show a compound: "Anglo-/Saxon", "UN-/backed", "British-/led", but no headline in capitals."""
    if head.isupper() and tail.isupper() and len(tail) > 1:
        return False
    return tail[0].isupper() or (head.isupper() and len(head) > 1) or (head[0].isupper() and tail in _AFTER_NAMES)


def _is_listed(head: str, tail: str) -> bool:
    """Whether a compound of these two parts is mostly written with a hyphen."""
    if head in _TENS:
        return tail in _UNITS
    if f"{head}-{tail}" in listed("hyphenated_compounds"):
        return True
    if head in listed("hyphenated_first_parts") and len(tail) > 2 and tail not in listed("ends_of_words"):
        return True
    return tail in listed("hyphenated_second_parts") and head not in listed("bound_prefixes")
