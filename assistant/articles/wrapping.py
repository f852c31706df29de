"""Hard-wrapped text: lines that were broken to fit a width are joined again, before the text is stored.

A line break ends a sentence everywhere else in the program (headlines and list items have no full stop), so a clipping
wrapped at 72 columns would be cut in the middle of its sentences.
"""

from __future__ import annotations

from itertools import pairwise

_WIDEST = 120  # characters of the longest line of a wrapped text; longer lines were not broken to fit a width
_NARROWEST = 40  # a text of shorter lines is a poem, a table or a list
_MOST = 0.85  # share of the line breaks within paragraphs at which the next word would not have fitted
_FEWEST = 3  # such breaks: fewer prove nothing


def unwrap(text: str) -> str:
    """`text` with the line breaks within its paragraphs turned into spaces, if it was wrapped to a width.

    A break was made to fit the width when the first word of the next line would not have fitted. In a wrapped text
    nearly all breaks within paragraphs are of this kind; the others (of a list, an address) stay.
    """
    lines = text.split("\n")
    width = max(len(line.rstrip()) for line in lines)
    if not _NARROWEST <= width <= _WIDEST:
        return text
    within = [(a, b) for a, b in pairwise(lines) if a.strip() and b.strip()]
    full = sum(_is_full(a, b, width) for a, b in within)
    if full < _FEWEST or full < _MOST * len(within):
        return text
    joined = [lines[0]]
    for before, line in pairwise(lines):
        if before.strip() and line.strip() and _is_full(before, line, width):
            joined[-1] = f"{joined[-1].rstrip()} {line.strip()}"
        else:
            joined.append(line)
    return "\n".join(joined)


def _is_full(line: str, following: str, width: int) -> bool:
    """Whether the first word of `following` had no room at the end of `line`."""
    return len(line.rstrip()) + 1 + len(following.split(maxsplit=1)[0]) > width
