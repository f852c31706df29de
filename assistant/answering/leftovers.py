"""What stands in a reply and is not its words on the matter: HTML, notes and lines of our prompt, labels, sources.

    <sup>[1]</sup>, <p>…</p>, [cite_start]     tags; a number that a tag alone marks becomes a marker: <cite>1</cite>
    {Tuesday = 8 November 2022}                our note on a day, which models copy to the end of their sentence
    **Answer:** …, Final answer: …             labels, and "Sure! Here is the answer:"
    Question: …?, Today is Monday, 3 March …   lines of our prompt

`reply_lines` reads a whole reply so, line by line, and says what each line is; `MarkerStream` is the same for what a
person sees while the model writes. Backquotes protect what is in them. Every pattern is bounded, so the time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from assistant.answering.markers import code_spans, marker_at, may_be_marker

_ATTRIBUTES = r"(?:\s[^<>\[\]\n]{0,300})?"
_BLOCKS = "p|br|div|ul|ol|li|dl|dt|dd|tr|table|thead|tbody|hr|blockquote|h[1-6]|html|body|section|main|center"
_INLINE = (
    "sup|sub|b|i|u|em|strong|span|a|cite|ref|q|small|big|mark|font|td|th|del|ins|abbr|time|citation|source|sources"
    "|answer|final_answer|response|reply|summary|details|statement|sentence|quote|output"
)
_FRAME = "article|evidence"  # of our prompt
_CITES = r"(?i:sup|cite|ref|citation|source)"
_MARKING = re.compile(
    rf"(?:(?<!\w)<sup>|<(?!sup){_CITES}{_ATTRIBUTES}>)\s?(?P<within>\d{{1,6}})\s?</{_CITES}>", re.IGNORECASE
)
_POINTING = re.compile(
    r"<(?:cite|ref|citation|source)\s(?:id|n|name|num|number|index|ref)\s?=\s?[\"']?(\d{1,6})[\"']?\s?/?>",
    re.IGNORECASE,
)
_ITEM_TAG = re.compile(rf"<li{_ATTRIBUTES}>", re.IGNORECASE)
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCKS}){_ATTRIBUTES}\s?/?>", re.IGNORECASE)
_INLINE_TAG = re.compile(
    rf"</?(?:{_INLINE}){_ATTRIBUTES}\s?/?>|</(?:{_FRAME})>|<article\s[^<>\[\]\n]{{1,300}}>",
    re.IGNORECASE,
)
TAG = re.compile(rf"{_BLOCK_TAG.pattern}|{_INLINE_TAG.pattern}|\[cite_(?:start|end)\]", re.IGNORECASE)
"""A tag that says nothing of the matter, in any of the forms that models write."""

_TAG_NAMES = tuple(f"{_BLOCKS}|{_INLINE}|{_FRAME}".replace("h[1-6]", "h1|h2|h3|h4|h5|h6").split("|"))
_TAG_BEGUN = re.compile(r"</?([A-Za-z_]{0,14}[1-6]?)(\s[^<>\[\]\n]{0,300}|\s?/|)\s?/?\Z")

_DAY = r"(?:\d{1,2}\s[A-Z][a-z]{2,8}|[A-Z][a-z]{2,8}\s\d{1,2}|[A-Z][a-z]{2,8}\s\d{4}|\d{4})"
NOTE = re.compile(
    r"[ \t]*(?:\{(?:[^{}\n=]{0,200}=[^{}\n]{0,600}|…|\.\.\.)?\}"
    rf"|[\[(][^\[\](){{}}\n=]{{1,60}}\s=\s(?:on\s|from\s)?{_DAY}[^\[\](){{}}\n]{{0,200}}[\])])"
)
"""Our note on a day as models copy it, in braces as we write it or in brackets."""

_NOTE_BEGUN = re.compile(r"\{(?:[^{}\n=]{0,200}|[^{}\n=]{0,200}=[^{}\n]{0,600})\Z")
_OPEN_NOTE = re.compile(r"[ \t]*\{[^{}\n=\[]{1,60}\s=[^{}\n\[]{0,600}\Z")  # where the reply was cut off

_ENTITIES = {"&nbsp;": " ", "&amp;": "&", "&quot;": '"', "&#39;": "'", "&apos;": "'"}
_ENTITY = re.compile("|".join(_ENTITIES))
_KEPT = re.compile(r"\[[^\[\]]{0,120}\]")  # in a note: a marker

_KINDS = ("the", "my", "final", "short", "direct", "brief", "complete", "full")
_LABELS = ("answer", "response", "reply", "summary", "conclusion", "output", "assistant")
_BOLD = r"[*_]{0,3}"
_NAME = rf"[*_#]{{0,4}}\s?(?:(?:{'|'.join(_KINDS)})\s){{0,2}}(?:{'|'.join(_LABELS)})"
LABEL = re.compile(rf"{_NAME}(?:\s\d{{1,2}})?{_BOLD}\s?[:：]{_BOLD}\s{{0,3}}", re.IGNORECASE)
"""A label before the answer, at the beginning of a line."""

_LABEL_ALONE = re.compile(rf"{_NAME}{_BOLD}\Z", re.IGNORECASE)
_LABEL_BEGUN = re.compile(
    rf"[*_#]{{0,4}}\s?((?:[A-Za-z]+\s){{0,3}})([A-Za-z]*)(\s?\d{{0,2}}{_BOLD}\s?[:：]?{_BOLD}\s{{0,3}})"
)
_LONGEST_LABEL = 60

_OPENINGS = (
    LABEL,
    _LABEL_ALONE,
    re.compile(r"(?:sure|certainly|of course|okay|ok|yes)[!,.]?\s(?=here(?:['’]s|\s(?:is|are))\s)", re.IGNORECASE),
    re.compile(r"here(?:['’]s|\s(?:is|are))\s(?:the|my|your|a|an)\s[^:.\[\]\n]{1,100}:[*_]{0,3}\s*", re.IGNORECASE),
    re.compile(r"[*_]{0,3}Question[*_]{0,3}:[*_]{0,3}(?:[^?\n]{0,2000}\?[*_]{0,3}(?:\s+|\Z)|[^?\n]*\Z)", re.IGNORECASE),
    re.compile(r"Today is (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d{1,2} [A-Z][a-z]+ \d{4}\.?(?:\s+|\Z)"),
    re.compile(r"End each sentence of the answer with its number, like \[\d{1,6}\]\.?\s*"),
    re.compile(r"(?:Evidence|User|Human):(?:\s*\Z)"),
)


def without_leftovers(line: str) -> str:
    """Return a line of a reply without tags and notes; a tag that ends a paragraph leaves a line break."""
    pieces: list[str] = []
    at = 0
    for start, end in (*code_spans(line), (len(line), len(line))):
        pieces += [_cleaned(line[at:start]), line[start:end]]
        at = end
    return _OPEN_NOTE.sub("", "".join(pieces))


def without_opening(line: str) -> str:
    """Return a line, without list signs, without the labels and the lines of our prompt that it begins with."""
    for _ in range(3):
        before = line
        for opening in _OPENINGS:
            if found := opening.match(line):
                line = line[found.end() :]
        if line == before:
            break
    return line


def may_be_label(text: str) -> bool:
    """Whether `text`, which goes on, may turn out to begin with a label."""
    begun = _LABEL_BEGUN.fullmatch(text) if len(text) <= _LONGEST_LABEL else None
    if begun is None:
        return False
    known = (*_KINDS, *_LABELS)
    words, last = begun[1].casefold().split(), begun[2].casefold()
    return all(word in known for word in words) and any(word.startswith(last) for word in known)


def may_be_left_out(text: str, at: int) -> bool:
    """Whether a tag or a note may begin at `at` that goes on after the end of `text`."""
    if text[at] == "{":
        return _NOTE_BEGUN.match(text, at) is not None
    if text[at] == "[":
        return "[cite_start]".startswith(text[at:].casefold()) or "[cite_end]".startswith(text[at:].casefold())
    begun = _TAG_BEGUN.match(text, at)
    if begun is None:
        return False
    name = begun[1].casefold()
    return name in _TAG_NAMES if begun[2] else any(known.startswith(name) for known in _TAG_NAMES)


def _cleaned(text: str) -> str:
    if "<" in text or "[cite_" in text:
        text = _MARKING.sub(r"[\g<within>]", text)
        text = _POINTING.sub(r"[\1]", text)
        text = _BLOCK_TAG.sub("\n", _ITEM_TAG.sub("\n- ", text))
        text = TAG.sub("", text)
    if "=" in text or "{" in text:
        text = NOTE.sub(lambda note: "".join(_KEPT.findall(note[0])) if note[0].lstrip()[0] == "{" else "", text)
    return _ENTITY.sub(lambda entity: _ENTITIES[entity[0]], text) if "&" in text else text


_FENCE = re.compile(r"\s{0,12}(?:```|~~~)")
_QUOTE = re.compile(r"(?:>\s?)+")
_HEADING = re.compile(r"#{1,6}\s+")
_ITEM = re.compile(r"(?:[-*+•‣◦–—]|\d{1,3}[.)])\s+")
_ALL_BOLD = re.compile(r"\*\*[^*]+\*\*:?")
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’»)*]{0,4}$")
_SOURCES = re.compile(r"[*_]{0,2}(?:sources?|references?|citations?|footnotes?)\s*(?::|[*_]{1,2}:?|$)", re.IGNORECASE)
_ENTRY = re.compile(r"[*_]{0,2}(?:[\[【［]|\(\d|https?:)")
_FRAME_LINE = re.compile(r"</?(?:article|evidence)\b[^<>\[]*>?")  # a line of `frame`, which weak models go on with
_DEFINITION = re.compile(r"\[\^?\d{1,6}\]:")


class ReplyLine(NamedTuple):
    """One line of a reply that is not blank."""

    text: str  # without list, heading and quotation signs, and without white space around it
    item: bool  # it is a list item
    opens: bool  # it opens the reply or a paragraph
    heading: bool  # it is a heading, not a sentence
    code: bool  # it stands in a code block


def reply_lines(text: str) -> Iterator[ReplyLine]:
    """The lines of `text` that hold something, in order.

    The fences of code blocks, tags, notes and lines of our prompt, and labels are left out.
    """
    opens, code = True, False
    for raw in text.splitlines():
        if _FENCE.match(raw):
            code = not code
        elif not raw.strip():
            opens = True
        elif not _FRAME_LINE.fullmatch(raw.strip()):
            for part in [raw] if code else without_leftovers(raw).split("\n"):
                line = _line(part.strip(), opens=opens, code=code)
                if line.text:
                    yield line
                    opens = False


def split_sources(lines: Sequence[ReplyLine]) -> tuple[Sequence[ReplyLine], Sequence[ReplyLine]]:
    """The lines of the answer, and the lines of the list of sources at its end, its heading included.

    The list begins at a line such as "Sources:" after which every line is an entry, or at footnotes ("[^1]: …"). A
    reply that would be nothing but sources has none.
    """
    start = len(lines)
    while start > 0 and _DEFINITION.match(lines[start - 1].text):
        start -= 1
    at = start
    while at > 0 and not _SOURCES.match(lines[at - 1].text) and _is_entry(lines[at - 1]):
        at -= 1
    if at > 0 and _SOURCES.match(lines[at - 1].text):
        start = at - 1
    return (lines[:start], lines[start:]) if start else (lines, ())


def _is_entry(line: ReplyLine) -> bool:
    return line.item or _ENTRY.match(line.text) is not None


def _line(text: str, *, opens: bool, code: bool) -> ReplyLine:
    if code:
        return ReplyLine(text, item=False, opens=opens, heading=False, code=True)
    quote = _QUOTE.match(text)
    text = text[quote.end() :] if quote else text
    heading = _HEADING.match(text)
    text = text[heading.end() :] if heading else text
    item = None if heading else _ITEM.match(text)
    text = without_opening(text[item.end() :] if item else text)
    titled = (heading is not None or _ALL_BOLD.fullmatch(text) is not None) and not _ENDS_SENTENCE.search(text)
    return ReplyLine(text, item=item is not None, opens=opens, heading=titled, code=False)


_OPENING = re.compile(r"[\[【［<{`\n]")


class MarkerStream:
    """Passes on text as it arrives, but never a part of a marker: its end is held back until it is whole.

    What is shown does not depend on how the text is cut into pieces. Some 120 characters are held back at most, or the
    length of a note.
    """

    def __init__(self) -> None:
        self._held = ""
        self._begun = False  # the beginning of the reply, which may be a label, has been read
        self._in_code = False  # a backquote is open on this line

    def feed(self, chunk: str) -> str:
        """What can be printed now; may be empty."""
        return self._read(self._held + chunk, last=False)

    def flush(self) -> str:
        """What is left at the end of the reply."""
        return self._read(self._held, last=True)

    def _read(self, text: str, *, last: bool) -> str:
        if not self._begun:
            if not last and may_be_label(text):
                self._held = text
                return ""
            self._begun = bool(text)
            label = LABEL.match(text)
            text = text[label.end() :] if label else text
        return self._shown(text, last=last)

    def _shown(self, text: str, *, last: bool) -> str:
        """Return what of `text` is to be shown; hold back what may go on."""
        pieces: list[str] = []
        at = 0
        self._held = ""
        while (opening := _OPENING.search(text, at)) is not None:
            begin = opening.start()
            pieces.append(text[at:begin])
            if not last and (may_be_marker(text, begin) or may_be_left_out(text, begin)):
                self._held = text[begin:]
                return "".join(pieces)
            at = self._after(text, begin)
            if at == begin:
                at = begin + len(opening[0])
                pieces.append(opening[0])
            elif text[begin] in "[【［" and not TAG.match(text, begin):
                pieces.append(text[begin:at])
        pieces.append(text[at:])
        return "".join(pieces)

    def _after(self, text: str, at: int) -> int:
        """Return the end of the marker, tag or note that begins at `at`; `at` itself when there is none."""
        if text[at] in "`\n":
            self._in_code = text[at] == "`" and not self._in_code
            return at
        if self._in_code:
            return at
        found = TAG.match(text, at) or (NOTE.match(text, at) if text[at] == "{" else None)
        if found is not None:
            return found.end()
        marker = marker_at(text, at) if text[at] in "[【［" else None
        return marker.end if marker is not None else at
