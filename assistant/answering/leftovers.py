"""What stands in a model's reply and is not its words on the matter: HTML, notes and lines of our prompt, labels.

    <sup>[1]</sup>, <p>…</p>, [cite_start]     tags; a number that a tag alone marks becomes a marker: <cite>1</cite>
    {Tuesday = 8 November 2022}                our note on a day, which models copy to the end of their sentence
    **Answer:** …, Final answer: …             labels, and "Sure! Here is the answer:"
    Question: …?, Today is Monday, 3 March …   lines of our prompt

Backquotes protect what is in them. Every pattern is bounded, so the time is linear.
"""

from __future__ import annotations

import re

from assistant.answering.markers import code_spans

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
