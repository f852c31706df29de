"""Quote attribution: who says each quoted and reported statement of an article, as the article names them.

An article is read line by line (its lines are paragraphs). In each, quotations are blanked out and verbs of speech are
looked for in the rest; the subject of the verb is the speaker, and what is said lies beside it:

- "…," said Varga / Varga said / according to Varga: the quotation before
- Varga said: "…" / Varga said (that) …: what follows, up to the end of the sentence
- “…” — Ana Varga, and in a transcript VARGA: …
- a quotation without a verb of its own belongs to the speaker of the quotation it goes on from: in the same paragraph,
  after a paragraph that ends with a colon, or in the next paragraph of a quotation that was not closed

No grammar is parsed: a subject is the run of words beside the verb that can be a name, a pronoun or a noun with its
article (`english.subjects`). What has no verb of speech near has no speaker here, rather than a guessed one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.english.names import is_name
from assistant.english.sentences import STARTERS, SUBJECTS
from assistant.english.subjects import CharSpan, subject_after, subject_before
from assistant.english.words import INVERTED, PARTICIPLES, PERSONS, SPEECH, SUBJECT_PRONOUNS

_LINE = re.compile(r"[^\n]+")
DATELINE = re.compile(r"[A-Z][A-Z .’'-]{1,59}(?:,[^—–\n-]{1,30})?(?:\([^)\n]{1,40}\)\s*)?[—–-]\s")
"""The place at the beginning of a report, which says nothing and does nothing: "SKELMOUTH, March 4 (Wire) — "."""

_QUOTED = re.compile(r"“[^“”\n]*(?:”|$)|\"[^\"\n]*(?:\"|$)|«[^«»\n]*(?:»|$)|„[^„“”\n]*(?:[“”]|$)")
_CLOSED = re.compile(r"[”\"»]\s*\Z")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ACCORDING = re.compile(r"\b[Aa]ccording to\s+|\bin the words of\s+")
_END = re.compile(r"(?<![A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})[.!?][”\"’)]*(?:\s+(?=[“\"‘A-Z])|\s*\Z)")
_STOPPED = re.compile(r"[“\"«„]|(?<![A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})\.\s")
_SIGNED = re.compile(r"\s*[―—–-]{1,2}\s*(?=[A-Z])")  # “…” — Ana Varga
_TRANSCRIPT = re.compile(r"[\"“]?([A-Z][A-Z.’' -]{2,40}):\s+")
_PASSIVE = re.compile(r"\b(?:was|were|is|are|be|been|being)(?: \w+ly)? \Z")
_OPENERS = STARTERS | SUBJECTS  # common words that open sentences, and so have a capital letter without being names
_WINDOW = 800  # characters read before a sentence
_LONGEST = 4_000  # characters of a sentence; no person says one so long
_APPOSED = re.compile(r"\A,\s[^,.;:]{1,80},")  # "Brandmoor, Odelan's chief executive, denied": who the speaker is
_GOES_ON = re.compile(r"(?:\s[\w’']+){0,4},\s(?:and|but)\s", re.IGNORECASE)  # "…, she said on Monday, and left"
_HIDDEN = "\x00"
_NEAR = 90  # characters between a quotation and the verb after it
_FAR = 200  # characters between a verb and the quotation after it


class Speaker(NamedTuple):
    """The speaker of a sentence, in the article's words."""

    words: str  # "Ana Varga", "the ministry", "she"
    name: str = ""  # whom a pronoun means, where no other name stands between; "" when `words` is no pronoun or unclear

    def __str__(self) -> str:
        """Return the speaker as shown to readers: "she (Ana Varga)"."""
        return f"{self.words} ({self.name})" if self.name else self.words


class Said(NamedTuple):
    """Words of an article that somebody says, with the words that name the speaker. Offsets count characters."""

    start: int
    end: int
    speaker_start: int
    speaker_end: int
    quoted: bool  # within quotation marks; else reported


@dataclass(frozen=True, slots=True)
class _Verb:
    start: int
    end: int
    subject: CharSpan


@dataclass(frozen=True, slots=True)
class _Paragraph:
    start: int
    text: str
    masked: str  # the same, what is quoted blanked out
    quotes: tuple[CharSpan, ...]
    ends: tuple[int, ...]  # where its sentences end
    verbs: tuple[_Verb, ...]

    def sentence(self, at: int) -> CharSpan:
        """Return the bounds of the sentence that holds the character `at`."""
        start = max((e for e in self.ends if e <= at), default=0)
        return start, min((e for e in self.ends if e > at), default=len(self.text))


def find_speakers(text: str) -> tuple[Said, ...]:
    """Return everything that is said in an article and by whom, in order of the words said.

    The time grows with the square of the number of quotations in one line; `speaker_of` reads only a part of it.
    """
    found: list[Said] = []
    before: _Paragraph | None = None
    for line in _LINE.finditer(text):
        if not line[0].strip():
            continue
        paragraph = _paragraph(line.start(), line[0])
        found += _said(paragraph, _carried(before, found))
        before = paragraph
    return tuple(sorted(found))


def speaker_of(text: str, start: int, end: int) -> Speaker | None:
    """Return who says the sentence at `start` to `end` of an article; None for the article itself or several speakers.

    Only the sentence's line and the one before it are read.
    """
    if end - start > _LONGEST:
        return None
    first, last = _window(text, start, end)
    window = text[first:last]
    said = find_speakers(window)
    here = [s for s in said if _shared(s, start - first, end - first) * 3 > end - start]
    said_so = [s for s in here if s.quoted] or [s for s in here if not any(_within(s, other) for other in here)]
    if len({_speaker(window, s) for s in said_so}) != 1:
        return None
    best = max(said_so, key=lambda s: _shared(s, start - first, end - first))
    words = _speaker(window, best)
    return Speaker(words, _meant(window, best, said) if words.lower() in PERSONS else "")


def _window(text: str, start: int, end: int) -> CharSpan:
    """Return the bounds of a sentence's line and the one before it; of long lines only the part near it."""
    line = max(0, text.rfind("\n", 0, start))
    before = max(0, text.rfind("\n", 0, len(text[:line].rstrip())))
    last = text.find("\n", end)
    return max(before, start - _WINDOW), min(last if last >= 0 else len(text), end + _NEAR * 2)


def _shared(said: Said, start: int, end: int) -> int:
    return min(said.end, end) - max(said.start, start)


def _within(said: Said, other: Said) -> bool:
    """Whether somebody only reports what another says: "Varga said that Lind had warned …"."""
    return (said.end - said.start) < (other.end - other.start) and _shared(said, other.start, other.end) > 0


def _meant(text: str, pronoun: Said, said: Sequence[Said]) -> str:
    """Return the last speaker named before a "he" or "she", "" when another name stands between the two.

    What tells directly behind the name who the speaker is names nobody else.
    """
    named = [s for s in said if s.speaker_end <= pronoun.speaker_start and _names_somebody(_speaker(text, s))]
    if not named:
        return ""
    nearest = max(named, key=lambda s: s.speaker_start)
    between = _APPOSED.sub(" ", _QUOTED.sub(" ", text[nearest.speaker_end : pronoun.speaker_start]))
    others = [word for word in _WORD.findall(between) if word[0].isupper() and word not in _OPENERS]
    return "" if others else _speaker(text, nearest)


def _names_somebody(words: str) -> bool:
    return is_name(words) and words.lower() not in SUBJECT_PRONOUNS


def _speaker(text: str, said: Said) -> str:
    return text[said.speaker_start : said.speaker_end]


def _paragraph(start: int, text: str) -> _Paragraph:
    quotes = tuple(m.span() for m in _QUOTED.finditer(text))
    place = DATELINE.match(text)
    masked = _HIDDEN * place.end() + text[place.end() :] if place else text
    for first, last in quotes:
        inside = text[first + 1 : last - 1]
        kept = inside[-1:] if inside[-1:] in {".", "!", "?", ",", "…"} else _HIDDEN * len(inside[-1:])
        masked = masked[: first + 1] + _HIDDEN * (len(inside) - len(kept)) + kept + masked[last - 1 :]
    ends = tuple(m.end() for m in _END.finditer(masked))
    return _Paragraph(start, text, masked, quotes, ends, tuple(_verbs(masked, ends)))


def _verbs(masked: str, ends: Sequence[int]) -> Iterator[_Verb]:
    """Yield verbs of speech with their subjects, then "according to" with its sources."""
    last: CharSpan | None = None
    for word in _WORD.finditer(masked):
        if not _reports(masked, word):
            continue
        subject = _subject_of(masked, word)
        if subject is None and last and _continues(word, last, ends):
            subject = last
        if subject:
            last = subject
            yield _Verb(word.start(), word.end(), subject)
    for source in _ACCORDING.finditer(masked):
        if subject := subject_after(masked, source.end()):
            yield _Verb(source.start(), source.end(), subject)


def _reports(masked: str, word: re.Match[str]) -> bool:
    """Whether a word is a verb of speech, and not in the passive: "was told"."""
    form = word[0].lower()
    if form in PARTICIPLES:
        return True
    return form in SPEECH and not _PASSIVE.search(masked, max(0, word.start() - 30), word.start())


def _subject_of(masked: str, verb: re.Match[str]) -> CharSpan | None:
    """Return the subject before a verb, or after it where a quotation or a comma precedes: "…, said Varga"."""
    subject = subject_before(masked, verb.start())
    if subject is None and verb[0].lower() in INVERTED and masked[: verb.start()].rstrip()[-1:] in {"”", '"', "»", ","}:
        return subject_after(masked, verb.end())
    return subject


def _continues(word: re.Match[str], last: CharSpan, ends: Sequence[int]) -> bool:
    """Whether a participle shares the subject `last` of the verb before it, in one sentence: "…, adding that"."""
    return word[0].lower() in PARTICIPLES and not any(last[1] <= end <= word.start() for end in ends)


def _carried(before: _Paragraph | None, found: Sequence[Said]) -> CharSpan | None:
    """Return the speaker who continues in the next paragraph, by the article's offsets."""
    if before is None:
        return None
    if before.text.rstrip().endswith(":") and before.verbs:
        first, last = max(before.verbs, key=lambda v: v.start).subject
        return before.start + first, before.start + last
    if before.quotes and not _CLOSED.search(before.text[: before.quotes[-1][1]]):
        quoted = [said for said in found if said.end == before.start + before.quotes[-1][1]]
        return (quoted[-1].speaker_start, quoted[-1].speaker_end) if quoted else None
    return None


def _said(paragraph: _Paragraph, carried: CharSpan | None) -> Iterator[Said]:
    if named := _TRANSCRIPT.match(paragraph.text):
        words = paragraph.start + named.end(), paragraph.start + len(paragraph.text)
        yield Said(*words, paragraph.start + named.start(1), paragraph.start + named.end(1), quoted=True)
        return
    speaker: CharSpan | None = carried
    for quote in paragraph.quotes:
        own = _own_speaker(paragraph, quote)
        if own:
            speaker = paragraph.start + own[0], paragraph.start + own[1]
        elif not _opens(paragraph, quote):
            continue
        if speaker:
            yield Said(paragraph.start + quote[0], paragraph.start + quote[1], *speaker, quoted=True)
    yield from _reported(paragraph)


def _opens(paragraph: _Paragraph, quote: CharSpan) -> bool:
    """Whether a quotation begins a sentence."""
    before = paragraph.masked[: quote[0]].rstrip()
    return not before or quote[0] in paragraph.ends or before[-1] in ".!?:"


def _own_speaker(paragraph: _Paragraph, quote: CharSpan) -> CharSpan | None:
    """Return the subject of the verb that introduces a quotation, None without one."""
    if signed := _SIGNED.match(paragraph.masked, quote[1]):
        return subject_after(paragraph.masked, signed.end())
    before, after = _verb_before(paragraph, quote), _verb_after(paragraph, quote)
    if before and after:
        adjacent = paragraph.masked[before.end : quote[0]].strip(" ,:") in {"", "that", "“", '"'}
        closing = paragraph.text[quote[0] : quote[1]].rstrip('”"» ')[-1:] in {",", "?", "!"}
        return before.subject if adjacent or not closing else after.subject
    verb = before or after
    return verb.subject if verb else None


def _verb_before(paragraph: _Paragraph, quote: CharSpan) -> _Verb | None:
    start = max(paragraph.sentence(quote[0])[0], quote[0] - _FAR)
    fitting = [v for v in paragraph.verbs if start <= v.start and v.end <= quote[0]]
    return max(fitting, key=lambda v: v.start, default=None)


def _verb_after(paragraph: _Paragraph, quote: CharSpan) -> _Verb | None:
    inside = paragraph.text[quote[0] : quote[1]].rstrip('”"» ')
    rest = paragraph.masked[quote[1] : quote[1] + _NEAR]
    if inside.endswith(".") and not rest.lstrip()[:1].islower():
        return None  # the sentence ended with the quotation
    stop = _STOPPED.search(rest)
    reach = quote[1] + (stop.start() if stop else len(rest))
    fitting = [v for v in paragraph.verbs if quote[1] <= v.start < reach and v.subject[0] >= quote[1]]
    return min(fitting, key=lambda v: v.start, default=None)


def _reported(paragraph: _Paragraph) -> Iterator[Said]:
    """Yield what verbs report outside quotation marks."""
    for verb in paragraph.verbs:
        speaker = paragraph.start + verb.subject[0], paragraph.start + verb.subject[1]
        for first, last in _reported_by(paragraph, verb):
            if len(_WORD.findall(paragraph.masked[first:last])) >= 3:
                yield Said(paragraph.start + first, paragraph.start + last, *speaker, quoted=False)


def _reported_by(paragraph: _Paragraph, verb: _Verb) -> Sequence[CharSpan]:
    """Return the rest of the verb's sentence, or what stands before it for "…, sources said." and "according to …".

    Of "…, she said on Monday, and left", both: what follows may be said or done.
    """
    start, end = paragraph.sentence(verb.start)
    subject, last = min(verb.start, verb.subject[0]), max(verb.end, verb.subject[1])
    clause = paragraph.masked.find(";", last, end)
    rest = last, clause if clause >= 0 else end
    if paragraph.masked[verb.start : verb.end].lower().startswith("according"):
        return [(start, subject) if subject - start > 3 else rest]
    follows = paragraph.masked[start:subject].rstrip().endswith(",")
    if follows and _GOES_ON.match(paragraph.masked, last):
        return [(start, subject), rest]
    short = len(_WORD.findall(paragraph.masked[slice(*rest)])) < 4
    return [(start, subject) if short and follows else rest]
