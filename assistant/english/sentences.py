"""Sentence segmentation: where each sentence of an article begins and ends.

The offset law: the tiles join to the whole text. A tile is a sentence with the white space after it (and, for the first
one, the white space before it), so a citation can point to any sentence and no character is lost.

A line break always ends a sentence: headlines, captions and list items have no full stop. (A text whose lines were
wrapped at a fixed width must be unwrapped before it is stored.) Inside a line every gap after a terminal mark is put to
`ends_sentence`. The time is linear in the length of the text, whatever it holds.

A `Gap` is the white space after a full stop, a question mark, an exclamation mark or an ellipsis. `ends_sentence` reads
the word before it, the words after it and nothing else, so a decision is the same wherever the words stand and costs
the same in every text. The rules are about classes of words: titles, states, months, companies, words that open
sentences. Where a word of no class may still be an abbreviation, the list that comes with `nupunkt` decides.

Why `nupunkt` does not get whole paragraphs, with its answer corrected afterwards: its search for candidates is
quadratic in text without spaces (50 kB of "?!" took it over 4 s), and its list, learned from scanned court files, holds
ordinary words ("call", "code", "reports"), so that most corrections would undo what it did.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from assistant.english.words import listed, word_set
from assistant.records import Sentence
from assistant.wording import MONTHS, WEEKDAYS

REACH = 80  # characters read on either side of a gap; longer words are no abbreviations


class Gap(NamedTuple):
    """A place where a sentence may end, cut out of one line of text."""

    before: str  # the word before the mark, at most `REACH` characters, with whatever is glued to its front
    mark: str  # the run of . ! ? … and their relatives
    closers: str  # closing quotation marks and brackets, footnote marks and emoji after it; "" when there are none
    after: str  # what follows the white space, at most `REACH` characters, not empty
    opening: bool  # `before` is the first word since the last boundary or since a colon
    unit: bool  # the word before `before` ends in a digit
    heading: bool  # the line has no terminal mark at its end


# Classes of abbreviations, without their last full stop. Capital letters count: "Mass." is a state, "mass." a word.
_TITLES = listed("abbreviations_before_names")
_LINKS = listed("abbreviations_that_link")  # something must follow
_NUMBERED = listed("abbreviations_before_numbers")
_CALENDAR = frozenset(name[:3] for name in (*MONTHS, *WEEKDAYS) if name != "May") | word_set(
    "Sept Tues Weds Thur Thurs Jän Febr Mär Okt Dez"
)
_ENDING = listed("abbreviations_at_ends")
_CLOCK = word_set("a.m p.m A.M P.M")
_MEASURES = listed("abbreviated_units")
_DEGREES = word_set("C F K")  # units after a number; "730 N. Mill Avenue" is an address

_AFTER_CLOCK = _CALENDAR.union(MONTHS, WEEKDAYS, (f"{name}s" for name in WEEKDAYS)) | word_set(
    # what may follow "8 p.m." inside a sentence, in capitals
    "Daily Weekdays Eastern Central Mountain Pacific Atlantic Greenwich"
    " ET EST EDT CT CST CDT MT MST MDT PT PST PDT AKST HST GMT UTC BST CET CEST IST JST AEST AEDT NZST SGT HKT"
)
_SHOUTED_NAMES = word_set("Yahoo Jeopardy Yum Panic Joomla Fandango Wham")  # names spelt with "!"

STARTERS = listed("sentence_starters")
SUBJECTS = listed("sentence_subjects")
_OFTEN_STARTERS = SUBJECTS | word_set(  # they stand in names too, so a small word must follow ("Officials said")
    "One Two Three Four Five Six Seven Eight Nine Ten First Second Third Last Next Under Over"
)
_SHOUTED = listed("verbs_after_shouts")

_OPENERS = "\"'“”‘’„«»‹›([{*_¿¡-–—‐- \t\u00a0"
_QUOTES = frozenset("\"'”’»“")
_DASHES = frozenset("-–—")
_LETTERS = re.compile(r"[^\W\d_]+")
_VOWEL = re.compile(r"[^\x00-\x7f]|[aeiouyAEIOUY]")
_JOINTS = re.compile(r"[-–—:(\[]")
_CONTINUED = re.compile(r"[,;:]|[\[(]?(?:\.{2,}|…|[.!?]+(?=[\s\])]|$))")  # a comma, or more dots: ". . .", "[…]"
_ENUMERATOR = re.compile(r"\(?(?:\d{1,2}|[A-Za-z]|[ivx]{1,4}|[IVX]{1,4})\)?")
_PART = r"(?:[^\W\d_]|[A-Z][a-z]{1,3})"
_ACRONYM = re.compile(rf"{_PART}(?:\.{_PART})+")  # U.S, Ph.D, W.Va; not "us.com"
_ROMAN = re.compile(r"[IVXLC]+\b")
_LOCAL_TIME = re.compile(r"(?:[^\W\d_]+\s){1,3}(?:time|Time)\b")
_ADDRESS = re.compile(r"https?:|[a-z\d-]+\.[a-z]")
_CAMEL = re.compile(r"[a-z]{1,2}[A-Z]")  # eBay, iPhone
# "“Why now?” Ms. Okafor asked.": up to eight words that begin with a name, a verb of speech, the end of its clause
_ATTRIBUTION = re.compile(
    rf"(?P<first>[A-Z][\w.’'-]*)(?:\s[\w.’'-]+){{0,7}}?\s(?:{'|'.join(sorted(_SHOUTED))})"
    r"(?=[.,;:?!—]|\s(?:in|at|on|during|reporters|rhetorically)\b)"
)


# "am 19. März", "vom 19. bis 21. März", "den 3. mai": German and its northern neighbours write a day as an ordinal.
# Of the months that English spells alike, a name may follow there ("He is 31. August Lind is 44.").
_DAY = re.compile(r"0?[1-9]|[12][0-9]|3[01]")
_MONTH = (
    r"(?:Januar|Jänner|Februar|Feber|März|Juni|Juli|Oktober|Dezember|(?:April|Mai|August|September|November)(?!\s[A-Z])"
    r"|januari?|februari?|marts|mars|maj|mai|juni|juli|oktober|de[sc]ember|april|august|september|november|[a-zäö]+kuuta)\b"
    r"|(?:Jan|Jän|Feb|Febr|Mär|Apr|Aug|Sept?|Okt|Nov|Dez)\."
)
_DATED = re.compile(rf"(?:(?:bis(?:\szum)?|und|oder|til|og|-|–)\s?[0-9]{{1,2}}\.\s)?(?:{_MONTH})")


def ends_sentence(gap: Gap) -> bool:
    """Whether the sentence that holds `gap.before` ends there."""
    if _CONTINUED.match(gap.after) or _is_in_a_day(gap):
        return False
    follower = gap.after.lstrip(_OPENERS)
    if follower[:1].islower() and not _CAMEL.match(follower):
        return _ends_before_small(gap, follower)
    if gap.mark.endswith(("…", "..")):
        return _ellipsis_ends(gap, follower)
    return _stop_ends(gap, follower) if gap.mark == "." else _shout_ends(gap, follower)


def _is_in_a_day(gap: Gap) -> bool:
    """Whether the mark is the full stop of an ordinal number in a date."""
    if gap.mark != "." or gap.closers or not gap.before[-1:].isdigit():
        return False
    return _DAY.fullmatch(_bare(gap.before)) is not None and _DATED.match(gap.after) is not None


def opens_sentence(text: str) -> bool:
    """Whether `text` begins with a word that is written with a capital only because a sentence begins."""
    word = _first_letters(text)
    rest = text[len(word) :]
    if rest.startswith("."):
        return False  # "A. Jones", "No. 46"
    if word in STARTERS:
        return not rest.startswith("-") or rest[1:2].islower()  # "All-Star"
    return word in _OFTEN_STARTERS and rest.lstrip(" ,-")[:1].islower()


def _ends_before_small(gap: Gap, follower: str) -> bool:
    """Whether a sentence ends before a small letter: only at a plain full stop, and not before a link."""
    if gap.mark != "." or not _QUOTES.isdisjoint(gap.closers) or _ADDRESS.match(follower):
        return False
    word = _bare(gap.before)
    if word in _RULES or word in _MEASURES or len(word) == 1 or _ACRONYM.fullmatch(word):
        return False
    if word.isdigit():
        return not gap.opening
    if word.islower() and word.isalpha():
        return word not in _learned_abbreviations()
    return gap.after[0] in "[("


def _ellipsis_ends(gap: Gap, follower: str) -> bool:
    if gap.opening and not gap.before.strip(_OPENERS):
        return False  # “… and then”: it opens the sentence
    return _first_letters(follower) != "I"  # "I thought … I hoped": as likely inside as between


def _shout_ends(gap: Gap, follower: str) -> bool:
    if gap.mark == "!" and not gap.closers and _bare(gap.before) in _SHOUTED_NAMES:
        return opens_sentence(follower)
    said = None if _QUOTES.isdisjoint(gap.closers) else _ATTRIBUTION.match(gap.after)
    return said is None or said["first"] in STARTERS


def _stop_ends(gap: Gap, follower: str) -> bool:
    """Whether a full stop before a capital letter, a number, a symbol or a letter without capitals ends a sentence."""
    if gap.opening and not gap.closers and _ENUMERATOR.fullmatch(gap.before):
        return False  # "1. Freeze prices", "A. Jones"
    word = _bare(gap.before)
    rule = _RULES.get(_uncapped(word, follower))
    if rule is not None:
        return rule(gap, word, follower)
    if gap.unit and word in _DEGREES:
        return follower[:1].isupper()  # "fell to 4 C. Highs reached"
    is_initial = len(word) == 1 and word.isupper()
    if is_initial or _ACRONYM.fullmatch(word) or _looks_cut(word):
        return _opener_ends(gap, word, follower)
    return True


def _never_ends(_gap: Gap, _word: str, _follower: str) -> bool:
    return False


def _link_ends(gap: Gap, _word: str, _follower: str) -> bool:
    return gap.unit  # "a wall of 9 ft. Officials", but "Nadir ft. Osei"


def _number_ends(_gap: Gap, word: str, follower: str) -> bool:
    """Whether no number follows; a Roman one counts, except after "No", where "I" is the speaker."""
    return not follower[:1].isdigit() and (word in {"No", "no"} or _ROMAN.match(follower) is None)


def _calendar_ends(_gap: Gap, _word: str, follower: str) -> bool:
    return not follower[:1].isdigit() and _first_letters(follower) not in _AFTER_CLOCK


def _clock_ends(gap: Gap, _word: str, follower: str) -> bool:
    """Whether a sentence ends after "8 p.m.": not before "Eastern", "Sunday", "London time", "— Doors"."""
    first = _first_letters(follower)
    return bool(first) and first not in _AFTER_CLOCK and gap.after[0] not in _DASHES and not _LOCAL_TIME.match(follower)


def _opener_ends(gap: Gap, _word: str, follower: str) -> bool:
    """Whether the word after an abbreviation can only open a sentence."""
    return gap.after[0] not in _DASHES and not gap.heading and opens_sentence(follower)


_Rule = Callable[[Gap, str, str], bool]
_CLASSES: tuple[tuple[frozenset[str], _Rule], ...] = (
    (_TITLES, _never_ends),
    (_LINKS, _link_ends),
    (_NUMBERED, _number_ends),
    (_CALENDAR, _calendar_ends),
    (_CLOCK, _clock_ends),
    (_ENDING, _opener_ends),
)
_RULES: dict[str, _Rule] = {word: rule for words, rule in _CLASSES for word in words}


def _first_letters(text: str) -> str:
    letters = _LETTERS.match(text)
    return letters[0] if letters else ""


def _bare(before: str) -> str:
    """Return the word without quotation marks and brackets; of "D-Mass" or "said—Dr" the last part."""
    return _JOINTS.split(before.strip("\"'“”‘’„«»‹›()[]{}*_¿¡"))[-1]


def _looks_cut(word: str) -> bool:
    """Whether `nupunkt` has the word and it has a capital and no vowel: "Sgts". Those with vowels are mostly names."""
    return word.istitle() and word.isalpha() and not _VOWEL.search(word) and word.lower() in _learned_abbreviations()


def _uncapped(word: str, follower: str) -> str:
    """Return "GEN" of "GEN. ADAMS" or "DEC" of "DEC. 4" as "Gen" and "Dec", but not "SEC" of "the SEC. Shares fell"."""
    if len(word) > 1 and word.isalpha() and word.isupper():
        first = _first_letters(follower)
        if follower[:1].isdigit() or (len(first) > 1 and first.isupper()):
            return word.capitalize()
    return word


@lru_cache(maxsize=1)
def _learned_abbreviations() -> frozenset[str]:
    """Return some 5,900 abbreviations in small letters, loaded only in doubt: importing `nupunkt` takes 30 to 60 ms."""
    import nupunkt

    return frozenset(nupunkt.load("default").abbreviations)


SPLITTER_VERSION = "news-2+nupunkt-0.8"
"""Names the rules and the word list behind the boundaries; it changes whenever boundaries may change."""

_STOPS = ".!?…‽؟۔।॥"
_WIDE = "。！？｡"  # Chinese and Japanese: no space follows
_CLOSING = r"[\"'”’)\]}»›*]"
_AFTER_STOP = (  # what still belongs to the sentence: footnote marks, omissions, emoji, a closing mark after a space
    r"(?:\s?(?:\[(?:\d{1,3}(?:[,–-]\s?\d{1,3}){0,8}|[a-z]|…|\.{3})\]|[\U0001F1E6-\U0001FAFF\u2764\uFE0F\u200D]"
    r"|[”»](?=\s))|“(?=\s)|[¹²³\u2070-\u2079])"
)
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_CANDIDATE = re.compile(
    # A run of marks is read once, from its first mark, and never given back: that keeps the search linear. The set
    # comes first and the look behind it second, because the engine skips quickly to a set.
    rf"(?P<mark>[{_STOPS}{_WIDE}](?<![{_STOPS}{_WIDE}].)[{_STOPS}{_WIDE}]*+)"
    rf"(?:(?<=[{_WIDE}])[」』）】〉》\"'”’)\]]*+\s*+(?=\S)"
    rf"|(?P<closers>{_CLOSING}*+{_AFTER_STOP}*+)(?:\s++(?=\S)|(?P<glued>(?=[“A-Z]))))"
)
_LINE_STOPS = re.compile(rf"[{_STOPS}{_WIDE}:;]{_CLOSING}*+{_AFTER_STOP}*+\Z")
_STARTER = re.compile(rf"(?:{'|'.join(sorted(STARTERS))})(?=[\s’'])")


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of `text` in order: non-empty tiles that join to it.

    Each tile holds at least one character that is no white space, unless the text holds none. `""` has no sentences.
    """
    starts = list(_starts(text))
    starts[:1] = [0] if text else []
    return tuple(map(Sentence, range(len(starts)), starts, [*starts[1:], len(text)]))


def trimmed(text: str, sentence: Sentence) -> tuple[int, int]:
    """Return start and end of a sentence in `text` without the white space around it."""
    tile = text[sentence.start : sentence.end]
    start = sentence.start + len(tile) - len(tile.lstrip())
    return start, max(start, sentence.start + len(tile.rstrip()))


def _starts(text: str) -> Iterator[int]:
    """Yield where sentences begin: at the first character of every line that is not empty, and within lines."""
    for line in _LINE.finditer(text):
        words = line[0].strip()
        if words:
            start = line.start() + line[0].index(words[0])
            yield start
            yield from _starts_in_line(text, start, start + len(words))


def _starts_in_line(text: str, start: int, end: int) -> Iterator[int]:
    heading = _LINE_STOPS.search(text, max(start, end - REACH), end) is None
    last = start
    for found in _CANDIDATE.finditer(text, start, end):
        if _ends_at(text, found, last, end, heading):
            last = found.end()
            yield last


def _ends_at(text: str, found: re.Match[str], last: int, end: int, heading: bool) -> bool:
    """Whether a sentence that began at `last` ends at the candidate `found`, in a line that ends at `end`."""
    closers = found["closers"]
    if closers is None:
        return True  # 。！？
    at = found.start()
    left = text[max(last, at - REACH) : at]
    after = text[found.end() : min(end, found.end() + REACH)]
    if found["glued"] is not None:
        return _glued_ends(left, closers, after)
    words = left.rsplit(None, 2)
    before = words[-1] if words and not left[-1].isspace() else ""
    previous = words[-2] if len(words) > 1 else ""
    opening = (len(words) <= 1 and at - last < REACH) or previous.endswith(":")
    return ends_sentence(Gap(before, found["mark"], closers, after, opening, previous[-1:].isdigit(), heading))


def _glued_ends(left: str, closers: str, after: str) -> bool:
    """Whether a sentence ends where a space was lost: `areas.”It`, `while.The agency`; not in "Node.js"."""
    if closers.endswith(("”", '"')):
        return True
    word = left.rsplit(None, 1)[-1] if left.strip() else ""
    if len(word) < 3 or not word.isalpha() or not word.islower():
        return False
    return after.startswith("“") or _STARTER.match(after) is not None
