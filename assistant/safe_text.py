"""Makes foreign text safe to show: articles, answers of models, file names.

Such text may hold escape codes that retitle a terminal, write to its clipboard or hide words, and invisible or
direction-changing characters that show another order than the one stored. Nothing here edits what is stored.

`safe` is for people: what a terminal or a page shows. `as_data` is for prompts: what a language model reads.
"""

from __future__ import annotations

import re
import unicodedata

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("[［【〔〖〘〚⟦⁅⦋❲﹝︹﹇{｛﹛︷❴⦃", "("),
        **dict.fromkeys("]］】〕〗〙〛⟧⁆⦌❳﹞︺﹈}｝﹜︸❵⦄", ")"),
        **dict.fromkeys("<＜﹤⟨〈❬❰", "‹"),
        **dict.fromkeys(">＞﹥⟩〉❭❱", "›"),
    }
)
# Controls, invisible format characters (zero-width, bidirectional, tag letters), unpaired surrogates, private use,
# unassigned; line and paragraph separators; variation selectors, which can hide text in an emoji.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_SPACES = {"Cc", "Zl", "Zp"}  # of these, the ones that separate words
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")  # C0, ESC, DEL, C1; half a surrogate pair
_MARK = "\ufffd"  # stands where a control character was, so that the reader knows
_SPACE = re.compile("[\t\v\f\r]")  # white space that moves the cursor
_BREAK = re.compile("\r\n?|[\u2028\u2029]")
_INVISIBLE = re.compile(
    "["
    "\u00ad\u180e\u200b\u2060-\u2064\ufeff"  # soft hyphen, zero-width spaces and joiners that no script needs
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks, embeddings, overrides, isolates
    "\u206a-\u206f\ufff9-\ufffb\U000e0000-\U000e007f"  # deprecated format, annotation and tag characters
    "]"
)
# Persian and Indic words and many emoji need these two, between characters of their own; Latin words never do.
_JOINER = "\u200c\u200d"
_NEEDS_JOINER = "[^\x00-\u02ff\u2000-\u206f\\s]"
_STRAY_JOINER = re.compile(f"(?<!{_NEEDS_JOINER})[{_JOINER}]|[{_JOINER}](?!{_NEEDS_JOINER})")


def safe(text: str, *, lines: bool = False) -> str:
    """The text as it may be printed: no control, invisible or direction-changing characters.

    Control characters become U+FFFD; the others, which a reader would not see anyway, are left out. Runs of white
    space become one space; with `lines`, line breaks stay and each tab or form feed becomes a space.
    """
    text = _INVISIBLE.sub("", _BREAK.sub("\n", text))
    text = _CONTROL.sub(_MARK, _STRAY_JOINER.sub("", text))
    if lines:
        return _SPACE.sub(" ", text)
    return re.sub(r"\s+", " ", text).strip()


def well_formed(text: str) -> str:
    """Text that every encoder takes: halves of surrogate pairs, which undecodable arguments carry, become "?"."""
    return text.encode("utf-8", "replace").decode("utf-8")


def as_data(text: str, longest: int) -> str:
    """`text` as one line of at most `longest` characters that holds none of the signs of the frame."""
    visible = "".join(c if c.isprintable() else _visible(c) for c in _SELECTORS.sub("", text[: 4 * longest]))
    line = " ".join(visible.translate(_SIGNS).split())
    return line if len(line) <= longest else f"{line[: longest - 2].rstrip()} …"


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category not in _HIDDEN:
        return char
    return " " if category in _SPACES else ""
