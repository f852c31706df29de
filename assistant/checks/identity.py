"""Who is meant: what may complete a name of which the cited sentence has only a part, or only a pronoun.

A reader of "Cherry, a detective …" under the headline "Patrick Cherry suspended" knows who is meant, and so does this
check. The title, the other offered sentences of the same article and the sentence before may say who somebody is; they
prove nothing else. A place or a body that only the headline names is not in the cited sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from assistant.checks.attribution import SPEECH_STEMS
from assistant.checks.claim import Sources
from assistant.english.aliases import COURTESY
from assistant.english.names import Name, find_names
from assistant.english.speech import TITLES
from assistant.english.words import tokens, word_set

_POINTERS = word_set("he she his her")  # who somebody is, said of the person that the sentence before names
_OPENING = 2  # words of a sentence among which a pronoun must stand to point to the sentence before
_INSIDE = word_set("in of at from near on to by with for the and")  # a name after these is hardly who acts
_DOMAIN = word_set("the www com org net co uk")  # parts of an outlet's name or address that nobody says


def is_identified(name: Name, sources: Sources) -> bool:
    """Whether a name that the cited sentences do not hold as a whole is told by what stands around them."""
    own = [token.folded for token in name.tokens if token.folded not in COURTESY]
    known = {token.folded for words in sources.tokens for token in words}
    own = [word for word in own if not (word in TITLES and word in known)]
    if not own or _is_publisher(own, sources):
        return True
    return _is_completed(own, sources) or any(_within(own, run) for run in _pointed_to(sources))


def _is_publisher(own: list[str], sources: Sources) -> bool:
    """Whether it is the outlet or an author of a cited article, or the end of that name: "the Post"."""
    for publisher in sources.publishers:
        words = [token.folded for token in tokens(publisher) if token.folded not in _DOMAIN]
        if words[-len(own) :] == [word for word in own if word not in _DOMAIN]:
            return True
    return False


def _is_completed(own: list[str], sources: Sources) -> bool:
    """Whether a cited sentence has a part of the name, and the article joins that part to the rest of it, always."""
    shorts = [short for text in sources.texts for short in _names(text)]
    wholes = [whole for text in sources.around for whole in _names(text)]
    for short in shorts:
        if set(short) & set(own) and set(short) <= set(own):
            bearers = [whole for whole in wholes if _within(short, whole) and len(whole) > len(short)]
            fitting = [_within(own, whole) or _within(whole, own) for whole in bearers]
            if any(_within(own, whole) for whole in bearers) and all(fitting):
                return True
    return False


def _names(text: str) -> Iterator[list[str]]:
    """The names of a text as folded words, without courtesy titles and offices."""
    for name in find_names(text):
        if words := [t.folded for t in name.tokens if t.folded not in COURTESY and t.folded not in TITLES]:
            yield words


def _pointed_to(sources: Sources) -> Iterator[list[str]]:
    """The names that the pronouns of cited sentences stand for: the only one that may act in the sentence before."""
    for citation in sources.cited:
        if citation.before and _points_back(citation.text):
            acting = [name for name in find_names(citation.before) if _acts(citation.before, name)]
            if len(acting) == 1:
                yield [token.folded for token in acting[0].tokens]


def _points_back(text: str) -> bool:
    """Whether a pronoun opens the sentence ("He left") or says it ("…, he said"), and nobody is named before it."""
    words = tokens(text)
    opening = [token for token in words[:_OPENING] if token.folded in _POINTERS]
    saying = [a for a, b in pairwise(words) if a.folded in {"he", "she"} and b.stem in SPEECH_STEMS]
    first = min((token.start for token in (*opening, *saying)), default=0)
    return bool(opening or saying) and not any(name.start < first for name in find_names(text))


def _acts(text: str, name: Name) -> bool:
    before = [token.folded for token in tokens(text[: name.start])]
    return not before or before[-1] not in _INSIDE


def _within(words: list[str], others: list[str]) -> bool:
    """Whether `others` hold all of `words`, in their order."""
    rest = iter(others)
    return all(word in rest for word in words)
