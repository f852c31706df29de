"""Server-sent events, as far as chat servers use them: one line `data: …` for each event.

Standard: https://html.spec.whatwg.org/multipage/server-sent-events.html. Departures, because real servers need them:
every `data:` line is an event of its own (JSON on one line; some servers forget the blank line between two events), and
bytes that are no UTF-8 are replaced.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

_LONGEST_LINE = 1_000_000  # characters; one token of a reply needs some 300


def event_data(chunks: Iterable[bytes]) -> Iterator[str]:
    """What follows `data:` on each line that begins so; comments and other fields are left out.

    A line that does not end within a million characters is given up: what it began with is passed on as it is.
    """
    for line in _lines(chunks):
        if line.startswith("data:"):
            yield line.removeprefix("data:").strip()


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
    pieces: list[str] = []  # of the line that has not ended
    size = 0
    for chunk in chunks:
        first, *others = decode(chunk).replace("\r", "\n").split("\n")
        pieces.append(first)
        size += len(first)
        for other in others:
            yield "".join(pieces)
            pieces, size = [other], len(other)
        if size > _LONGEST_LINE:
            break
    yield "".join(pieces)
