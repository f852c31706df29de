"""Words of reported speech: its verbs in all their forms, the words between a subject and its verb, titles."""

from __future__ import annotations

from assistant.english.word_lists import listed, word_list, word_set
from assistant.english.words import stem

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

SPEECH_STEMS = frozenset(map(stem, word_list("speech_verbs")))
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
