"""Words of English: the word lists, words folded so that two spellings compare equal, and classes of words.

Word lists are data files beside the code: one entry a line, "#" begins a comment that says what and why. A list belongs
in a file when it is long enough to be looked through or extended; a handful of function words that only one rule reads
stays beside that rule, written with `word_set`. Classes are what several rules read: pronouns, words of reported
speech, of negation and doubt. All is linear in any text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).with_name("data")


@cache
def word_list(name: str) -> tuple[str, ...]:
    """Return the entries of `data/NAME.txt` in the order of the file, each once."""
    lines = (line.split("#")[0].strip() for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def listed(*names: str) -> frozenset[str]:
    """Return the entries of one or more word lists, for lookups."""
    return frozenset(entry for name in names for entry in word_list(name))


def word_set(text: str) -> frozenset[str]:
    """Return the words of a short list that is written out in the code."""
    return frozenset(text.split())


LONGEST = 4_000  # characters of a text that are read; sentences of news have at most some 1,000

_WORD = re.compile(r"(?:[^\W\d_]\.){2,12}|[^\W_]++(?:['’][^\W_]++)*+")
_POSSESSIVE = re.compile(r"['’]s?$")
_VOWEL = re.compile(r"[aeiouy]")

STOP = listed("stop_words", "stop_words_in_statements")
"""Folded words that carry too little to prove anything."""
IRREGULAR = {
    form: base for base, forms in (entry.split(":") for entry in word_list("irregular_forms")) for form in forms.split()
}
"""Irregular form -> its plain form."""
_NO_VERBS = word_set("person man woman child good bad few low high")  # of these forms, those of no verb
_NOUNS = word_set("dead death deaths dying")
_PAST = word_set("sued owed tied lied beaten")  # forms that the ending does not show
VERBS = frozenset(IRREGULAR.values()) - _NO_VERBS  # irregular ones, in their plain form
_SUFFIXES = ("ation", "ment", "ing", "ion", "ed", "ly")


class Token(NamedTuple):
    """One word of a text."""

    text: str  # as written, without the possessive ending
    folded: str  # small letters, no accents; "U.S." is "u.s."
    stem: str
    start: int  # characters
    end: int

    @property
    def content(self) -> bool:
        """Whether the word says something by itself."""
        return self.folded not in STOP and (len(self.folded) > 1 or self.folded.isdigit())

    @property
    def capital(self) -> bool:
        """Whether it is written as names are, with a capital: "Lind", "EU", "iPhone"."""
        return any(c.isupper() for c in self.text)


@lru_cache(maxsize=1024)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of the first `LONGEST` characters, in order. Words joined by a hyphen are separate words."""
    return tuple(Token(*_forms(found[0]), *found.span()) for found in _WORD.finditer(text, 0, LONGEST))


@lru_cache(maxsize=16_384)  # words of news repeat: a long story has some 30,000, and a tenth as many different ones
def _forms(word: str) -> tuple[str, str, str]:
    """Return a word without its possessive ending, folded, and its stem."""
    text = _POSSESSIVE.sub("", word) or word
    folded = fold(text)
    return text, folded, stem(folded)


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """Return a word in small letters without accents and curly apostrophes. "US" becomes "u.s.", unlike "us"."""
    if word in {"US", "U.S"}:
        return "u.s."
    decomposed = unicodedata.normalize("NFD", word.casefold().replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Strip the endings of number, tense and adverb from a folded word: lightly, so that few different words meet."""
    word = IRREGULAR.get(word, word)
    if not word.isalpha() or len(word) < 4:
        return word
    word = _singular(word)
    for suffix in _SUFFIXES:
        rest = word[: -len(suffix)]
        if word.endswith(suffix) and len(rest) >= 3 and _VOWEL.search(rest):
            word = rest[:-1] if rest[-1] == rest[-2] and rest[-1] not in "lsz" else rest
            break
    word = word.removesuffix("e") if len(word) > 3 else word
    return word[:-1] + "i" if word.endswith("y") else word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def is_past(token: Token) -> bool:
    """Whether the word has the form of the past, which "closed" in "is closed" has too."""
    word = token.folded
    if word in IRREGULAR:
        return IRREGULAR[word] in VERBS and not word.endswith("ing") and word not in _NOUNS
    return (word.endswith("ed") and len(word) > 4) or word in _PAST


def clipped(text: str, longest: int = 80) -> str:
    """Return words for a reader on one line, cut at a length."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


@lru_cache(maxsize=512)
def content_words(text: str) -> tuple[Token, ...]:
    """Return the words of a text that say something by themselves."""
    return tuple(token for token in tokens(text) if token.content)


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


def points_back(sentence: str) -> bool:
    """Whether a sentence can hardly be understood without the one before, since it opens with "He", "But they" or so.

    Only the opening counts, within quotation marks too; "it" further on mostly means something in the sentence.
    """
    return _OPENS_SENTENCE.match(sentence) is not None


# Reported speech: its verbs in all their forms, the words between a subject and its verb, titles.

_DOUBLED = word_set("quip brag chat admit refer")  # verbs that double their last letter


def _verb_forms(verb: str) -> tuple[str, str, str]:
    """Return the forms in -s, -ed and -ing of a regular verb."""
    if verb.endswith("e"):
        return f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in "aeo":
        return f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    if verb in _DOUBLED:
        return f"{verb}s", f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing"
    return verb + ("es" if verb.endswith(("s", "sh", "ch")) else "s"), f"{verb}ed", f"{verb}ing"


_IRREGULAR = {verb: tuple(forms.split()) for verb, forms in (e.split(":") for e in word_list("irregular_speech_forms"))}
_REGULAR = {
    verb: _verb_forms(verb) for verb in listed("speech_verbs", "verbs_that_may_report") if verb not in _IRREGULAR
}

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
