"""Outlets that a question names: "according to Reuters", "what did the Guardian report"."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")
_DOMAIN = re.compile(r"\.(?:com|org|net|news|info|(?:co|com|org)\.[a-z]{2}|[a-z]{2})$")
_LONGEST = 5  # words of an outlet's name


def mentioned_outlets(question: str, outlets: Sequence[str]) -> tuple[str, ...]:
    """Those of `outlets` whose name stands in the question; "cnn.com" is found as "CNN", "usatoday.com" as "USA Today".

    A name written with a capital letter counts; a common word that is also an outlet's name ("the week") does not.
    """
    words = _WORD.findall(question)
    runs = {
        "".join(words[i : i + n]).casefold()
        for n in range(1, _LONGEST + 1)
        for i in range(len(words) - n + 1)
        if all(not word[0].islower() for word in words[i + (n > 1 and words[i] == "the") : i + n])
    }
    return tuple(outlet for outlet in outlets if _key(outlet) in runs)


def _key(outlet: str) -> str:
    """The name without "The", its domain's ending, spaces and signs: equal keys are one outlet."""
    words = _WORD.findall(_DOMAIN.sub("", outlet.casefold().removeprefix("www.")))
    return "".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)
