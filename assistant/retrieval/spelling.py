"""Typing errors in a question: a term that no article holds is searched as the nearest one that some do."""

from __future__ import annotations

from assistant.library.lexical import LexicalIndex

_SHORTEST = 5  # letters; shorter terms have too many neighbours
_PREFIX = 2  # first letters that must be right: few people err there, and it keeps the search small


def correction(term: str, index: LexicalIndex) -> str:
    """The most frequent term at edit distance 1 (2 from eight letters on), the nearer the better; "" when none is."""
    if len(term) < _SHORTEST or not term.isalpha():
        return ""
    most = 2 if len(term) >= 8 else 1
    near = (
        (distance, -frequency, other)
        for other, frequency in index.terms_beginning(term[:_PREFIX]).items()
        if abs(len(other) - len(term)) <= most and (distance := edit_distance(term, other, most)) <= most
    )
    return min(near, default=(0, 0, ""))[2]


def edit_distance(one: str, two: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two words; `most` + 1 stands for more.

    The optimal string alignment distance, row by row.
    """
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(two, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and b == one[i - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
