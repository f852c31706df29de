"""General knowledge about names, kept small: places and bodies with several names, titles and their short forms.

Only what every newsroom's style book holds; nothing about the news of one time.
"""

from __future__ import annotations

from assistant.english.word_lists import word_list, word_set

GROUP = {name: number for number, line in enumerate(word_list("aliases")) for name in line.split()}
"""Folded name, its words joined by hyphens -> number of its group; names of one group mean the same."""

COURTESY = word_set("mr mrs ms miss mx sir dame lord lady messrs mme")
"""Titles that say nothing that could be wrong but the person's sex."""

_DEMONYM_ENDINGS = frozenset(
    ["", "n", "an", "ian", "ean", "ese", "ish", "i", "is", "a", "y", "e", "o", "s", "ns", "ans", "ians", "ic", "ns"]
)


def same_root(name: str, other: str) -> bool:
    """Whether two folded names are a place and its demonym: "cuba" and "cuban", not "iran" and "iraq"."""
    shared = 0
    for a, b in zip(name, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= 4 and name[shared:] in _DEMONYM_ENDINGS and other[shared:] in _DEMONYM_ENDINGS
