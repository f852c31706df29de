"""The language of a text. The one module that knows py3langid, whose model comes with it: nothing is downloaded."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SAMPLE = 240  # characters looked at; the time is in proportion to them, about 0.3 ms
_FEWEST = 20  # letters; a quarter of them in other scripts, which tell more
_SURE = 0.8  # probability: below it a text of ordinary length is a list of names, or of several languages
_SURE_BY_SCRIPT = 0.5  # the same where no letter is Latin: few languages share such a script
_LATIN = re.compile(r"[A-Za-z]{2}")
_WORDLESS = re.compile(r"[\W\d_]+")
_DECLARED = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE)


def language_of(text: str, declared: str = "") -> str:
    """Return the ISO 639-1 code of the language of `text`, by its beginning; "" when it is not certain.

    `declared` ("en-GB") is what the source says. Templates often say "en" whatever the language, so it counts only
    when the text itself does not tell.
    """
    middle = len(text) // 2
    for sample in (text[:_SAMPLE], text[middle : middle + 3 * _SAMPLE]):  # the beginning may be captions and names
        if language := _detected(sample):
            return language
    found = _DECLARED.fullmatch(declared.strip()[:35])
    return found[1].lower() if found else ""


def _detected(sample: str) -> str:
    letters = len(_WORDLESS.sub("", sample))
    if letters < (_FEWEST if sample.isascii() else _FEWEST // 4):
        return ""
    language, probability = _identifier().classify(sample)
    sure = _SURE if _LATIN.search(sample) else _SURE_BY_SCRIPT
    return str(language) if probability >= sure and len(language) == 2 else ""


@cache
def _identifier() -> LanguageIdentifier:
    """Load the model, once: it takes about a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
