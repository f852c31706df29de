"""Classes of words that several rules read: pronouns, words of reported speech, words of negation and doubt."""

from __future__ import annotations

import re

from assistant.english.word_lists import listed, word_list, word_set
from assistant.english.words import stem

# Pronouns: words that point back to something said before.

POINTING = listed("pointing_words")
"""Words in a question that stand for something named before it, in small letters."""

PERSONS = word_set("he she")
PERSON_PRONOUNS = PERSONS | word_set("his her")
"""Pronouns that stand for one person."""

SUBJECT_PRONOUNS = word_set("he she they it we i you")
"""Pronouns that can act."""

POSSESSIVES = word_set("his her their my our its your whose")

_OPENS_SENTENCE = re.compile(
    r"[“\"‘']*(?:but |and |yet |still, |then |later,? )?"
    r"(?:he|she|it|they|his|her|its|their|this|that|these|those|both|such|the (?:two|pair|latter|former))\b",
    re.IGNORECASE,
)


def holds_pointing_word(text: str) -> bool:
    """Whether a word of a question or of a part of one stands for something named before."""
    return not POINTING.isdisjoint(re.findall(r"[^\W_]+", text.casefold()))


def points_back(sentence: str) -> bool:
    """Whether a sentence can hardly be understood without the one before, since it opens with "He", "But they" or so.

    Only the opening counts, within quotation marks too; "it" further on mostly means something in the sentence.
    """
    return _OPENS_SENTENCE.match(sentence) is not None


# Reported speech: its verbs in all their forms, the words between a subject and its verb, titles.

_DOUBLED = word_set("quip brag chat admit refer")  # verbs that double their last letter


def _forms(verb: str) -> tuple[str, str, str]:
    """Return the forms in -s, -ed and -ing of a regular verb."""
    if verb.endswith("e"):
        return f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in "aeo":
        return f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    if verb in _DOUBLED:
        return f"{verb}s", f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing"
    return verb + ("es" if verb.endswith(("s", "sh", "ch")) else "s"), f"{verb}ed", f"{verb}ing"


_IRREGULAR = {verb: tuple(forms.split()) for verb, forms in (e.split(":") for e in word_list("irregular_speech_forms"))}
_REGULAR = {verb: _forms(verb) for verb in listed("speech_verbs", "verbs_that_may_report") if verb not in _IRREGULAR}

PARTICIPLES = frozenset(forms[2] for forms in _REGULAR.values()) | {
    form for forms in _IRREGULAR.values() for form in forms if form.endswith("ing")
}
"""Forms that may stand without a subject of their own: "…, adding that"."""

SPEECH = frozenset(word for verb, forms in (_REGULAR | _IRREGULAR).items() for word in (verb, *forms))
"""Every form of every verb that may report, in small letters."""

SPEECH_STEMS = frozenset(map(stem, word_list("speech_verbs"))) | {stem("says")}  # another one than that of "say"
"""Stems of the verbs that always report."""

INVERTED = word_set("say says said wrote writes tweeted told") | {
    form
    for verb in word_set(
        "add ask note explain reply declare recall announce warn insist claim argue joke continue shout"
    )
    for form in _REGULAR[verb][:2]
}
"""Forms that may stand before their subject: "…, said Varga"."""

BEFORE_VERB = listed("between_subject_and_verb")
"""Words that stand between a subject and its verb."""

TITLES = listed("titles")
"""Words that stand before a name and belong to it."""

NO_SUBJECTS = listed("never_subjects")
"""Words that never end a subject."""


# Negation, doubt and direction: what makes two sentences on one subject say opposite things.


def _axes() -> dict[str, tuple[tuple[int, int], ...]]:
    axes: dict[str, tuple[tuple[int, int], ...]] = {}
    for number, entry in enumerate(word_list("opposites")):
        for side, words in zip((1, -1), entry.split(" / "), strict=True):
            for word in map(stem, words.split()):
                axes[word] = (*axes.get(word, ()), (number, side))
    return axes


AXES = _axes()
"""Stem -> the axes it lies on, each with its side, 1 or -1."""

NEGATIONS = listed("negations")
"""Folded words after which the next words are said not to be so."""

PLAIN_NEGATIONS = listed("plain_negations")
"""Folded words by which a statement denies something outright."""

FALSEHOODS = listed("falsehoods")
"""Folded words that deny the rest of their clause: "the falsehood that the election was stolen"."""

DENYING = listed("denying_words")
"""Folded words that may support a negation, beside `NEGATIONS` and words with one of `PREFIXES`."""

FUTURE_VERBS = word_set("will shall i'll you'll he'll she'll it'll we'll they'll")
"""Folded words that tell of what is to come."""

CLAUSE_WORDS = word_set("but although though while whereas because and or however despite instead rather except")
"""Folded words at which the reach of a negation ends."""

PERHAPS = listed("possibility_words")
"""Folded words that make of a fact a possibility."""

PLANNED = listed("plan_words")
"""Folded words that make of a fact a plan, a threat or a charge."""

PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis")
"""Prefixes that turn a word into its opposite."""

SAME_SIDE = frozenset(
    stem(word) for word in word_set("imprison imprisonment income inform information invest investment import impress")
)
"""Stems that begin like a prefix and deny nothing."""
