"""What a person sees of a draft while it is written: whole markers, without tags, notes of ours and labels."""

from __future__ import annotations

import re

from assistant.answering.leftovers import LABEL, NOTE, TAG, may_be_label, may_be_left_out
from assistant.answering.markers import marker_at, may_be_marker

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
