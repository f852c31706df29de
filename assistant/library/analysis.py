"""Text analysis: from a text to the terms under which the lexical index holds it.

A function of the text alone, so that questions and sentences are analysed without an open index. Terms are
lower-cased, freed of accents and stemmed as English; Chinese, Japanese, Korean, Thai and the like become overlapping
bigrams (`english.cjk`).
"""

from __future__ import annotations

from assistant.english.cjk import cut_runs
from assistant.library.lexical import english_analyzer


def terms(text: str) -> list[str]:
    """Return the terms of a text in its order, repeated as often as they occur."""
    return english_analyzer().analyze(cut_runs(text))
