"""Takes out what a model thought aloud: `<think>…</think>`, which many local servers leave in the reply.

Three shapes occur: a whole block; a lone `</think>`, where the server put the opening tag into the prompt (all before
it is thought); and an opening tag without an end, where the reply was cut off (all after it is thought). Blocks may be
nested. The tag is `think` or `thinking`, in any case.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"<(/?)think(?:ing)?\s{0,3}>", re.IGNORECASE)
_PARTIAL_TAG = re.compile(r"<(?:/?(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?\s{0,3})?)?)?)?)?)?\Z", re.IGNORECASE)


def strip_thinking(text: str) -> str:
    """`text` without what was thought aloud, and without white space at either end."""
    kept: list[str] = []
    depth = at = 0
    for tag in _TAG.finditer(text):
        if depth == 0:
            kept.append(text[at : tag.start()])
        if not tag[1]:
            depth += 1
        elif depth:
            depth -= 1
        else:
            kept.clear()
        at = tag.end()
    if depth == 0:
        kept.append(text[at:])
    return "".join(kept).strip()


class ThinkingStream:
    """Passes on text as it arrives, without what stands inside `<think>…</think>`.

    For a lone `</think>` it comes too late: what stood before it has been passed on. Then only the tag is taken out,
    and the text as a whole, put through `strip_thinking`, is what counts. White space before the first word is left
    out.
    """

    def __init__(self) -> None:
        self._held = ""  # the end of what was fed, when it may be the beginning of a tag
        self._depth = 0
        self._started = False

    def feed(self, chunk: str) -> str:
        """What can be shown now; may be empty."""
        text = self._held + chunk
        partial = _PARTIAL_TAG.search(text, max(0, len(text) - 16))  # characters of the longest tag
        cut = partial.start() if partial else len(text)
        self._held = text[cut:]
        return self._shown(self._outside(text[:cut]))

    def flush(self) -> str:
        """What is left at the end of the reply."""
        rest, self._held = self._held, ""
        return self._shown(rest if self._depth == 0 else "")

    def _outside(self, text: str) -> str:
        kept: list[str] = []
        at = 0
        for tag in _TAG.finditer(text):
            if self._depth == 0:
                kept.append(text[at : tag.start()])
            self._depth = max(0, self._depth - 1) if tag[1] else self._depth + 1
            at = tag.end()
        if self._depth == 0:
            kept.append(text[at:])
        return "".join(kept)

    def _shown(self, text: str) -> str:
        if not self._started:
            text = text.lstrip()
            self._started = bool(text)
        return text
