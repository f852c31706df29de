"""Everything that an article, a file name or a model may hold to take a terminal or a page over, one name each."""

from __future__ import annotations

import re

HOSTILE = {
    "escape code": "\x1b[5;35mblink",
    "clear the screen": "\x1b[2J\x1b[H",
    "C1 codes": "\x9b5;35m\x9d0;t\x9c\x90q",
    "title of the window": "\x1b]0;owned\x07",
    "OSC 52, the clipboard": "\x1b]52;c;aGVsbG8=\x07",
    "OSC 8, a link": "\x1b]8;;http://evil/\x1b\\click\x1b]8;;\x1b\\",
    "report of the cursor": "\x1b[6n\x05",
    "device control and others": "\x1bPq\x1b\\\x1b_x\x1b\\\x1b^y\x1b\\",
    "backspace and return": "hidden\b\b\b\b\b\bshown\roverwritten",
    "bidirectional override": "pay \u202e001\u202c euros",
    "bidirectional isolate": "a\u2066b\u2067c\u2069d\u200fe\u061cf",
    "zero-width text": "pass\u200bword\u2060\ufeff and se\u200dcret",
    "tag characters": "seen\U000e0041\U000e0042",
    "line separators": "one\u2028two\u2029three\x85four",
    "marker": "[s1] [1] [sic] [999]",
    "rich markup": "[bold red]loud[/bold red] [link=http://evil/]l[/link] :smile:",
    "markup of prompt_toolkit": "<b>x</b> <style fg='red'>y</style> {0} %s %(x)s",
    "Markdown": "![pixel](http://evil/p) [click](javascript:x) `code` # head",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
}
ALL = " ".join(HOSTILE.values())

# What our own output may hold: styles, moves and modes, as rich and prompt_toolkit write them.
_OURS = re.compile(r"\x1b\[[0-9;]*[ABCDGHJKm]|\x1b\[\?[0-9;]+[hl]|\x1b\[6n|\x1b\[[0-9]* q|\x1b\(B|\x1b[=>]")
_ALIVE = re.compile(
    "[\x00-\x06\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def alive(printed: str) -> list[str]:
    """What of the output a terminal would obey and is not ours, with the text around it."""
    ours = _OURS.sub("", printed)
    found = [ours[max(0, m.start() - 20) : m.end() + 20] for m in _ALIVE.finditer(ours)]
    obeyed = [code for code in ("\x1b[5;35m", "\x1b[2J\x1b[H", "\x07", "\b\b\bshown", "\rover") if code in printed]
    return found + obeyed
