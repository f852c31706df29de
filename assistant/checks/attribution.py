"""Attribution, or who says it: a statement that names a speaker must not give one person's words to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.checks.claim import Claim, Finding, Sources
from assistant.english.names import KnownNames, Name, find_names
from assistant.english.words import SPEECH_STEMS, Token, clipped, tokens, word_set
from assistant.records import Verdict

_BRACKET = 40  # characters that a bracket behind a speaker's name may have
_QUOTE_ENDS = frozenset(",?!”\"’'»")
_SUBJECT_PRONOUNS = word_set("he she they it who we i official spokesman spokeswoman spokesperson statement")


def check_speaker(claim: Claim) -> list[Finding]:
    """A finding when the statement names a speaker and the cited sentences name only others.

    Somebody whom they do name, but not as the speaker, may have spoken all the same: the verdict is milder.
    """
    text, sources = claim.text, claim.sources
    said_by = list(_speakers(text))
    if not said_by:
        return _told_as_fact(text, sources)
    spoke = [speaker for source in sources.texts for speaker in _speakers(source)]
    told = [citation.speaker for citation in sources.cited if find_names(citation.speaker)]
    if not (spoke or told) or any(_anonymous(c.text) and c.speaker not in told for c in sources.cited):
        return []
    spoke += [name for speaker in told for name in _persons(speaker)]
    allowed = {token.folded for name in spoke for token in name.tokens}
    allowed |= {token.folded for publisher in sources.publishers for token in tokens(publisher) if token.capital}
    for name in said_by:
        if not (any(token.folded in allowed for token in name.tokens) or _is_another_form(name, spoke, sources)):
            said = clipped(text[name.start : name.end])
            named = any(token.folded in words for token in name.tokens for words in map(_folded, sources.tokens))
            verdict = Verdict.PARTLY if named else Verdict.UNSUPPORTED
            return [Finding(verdict, f"{sources.that('give')} these words to somebody else, not to “{said}”")]
    return []


def _folded(words: Sequence[Token]) -> set[str]:
    return {token.folded for token in words}


def _is_another_form(name: Name, spoke: Sequence[Name], sources: Sources) -> bool:
    """Whether it is a speaker under another name: "the US" for "America", "the ICC" for what its letters stand for."""
    if KnownNames([" ".join(token.text for token in other.tokens) for other in spoke]).holds_together(name):
        return True
    return len(name.tokens) == 1 and KnownNames(sources.texts).abbreviates(name.tokens[0])


def _persons(speaker: str) -> Iterator[Name]:
    """The names of a speaker that stand for the speaker: not Varga in "Varga’s lawyer", where others follow."""
    for name in find_names(speaker):
        last = name.tokens[-1]
        if speaker[last.start : last.end] == last.text:
            yield name


def _told_as_fact(text: str, sources: Sources) -> list[Finding]:
    """A remark, no fault, when somebody's words are told without saying whose they are."""
    if any(token.stem in SPEECH_STEMS or token.folded == "according" for token in tokens(text)):
        return []
    present = {token.folded for token in tokens(text)}
    for citation in sources.cited:
        names = [token.folded for name in find_names(citation.speaker) for token in name.tokens]
        if names and present.isdisjoint(names):
            return [Finding(Verdict.SUPPORTED, f"[{citation.number}] is what {clipped(citation.speaker)} says")]
    return []


def _speakers(text: str) -> Iterator[Name]:
    """Names directly before or after a verb of speech, or after "according to"."""
    words = tokens(text)
    place = {token.start: i for i, token in enumerate(words)}
    for name in find_names(text):
        first, last = place[name.tokens[0].start], place[name.tokens[-1].start]
        if _speaks(_behind(text, words, last)) or _follows_speech(text, words, first) or _sourced(words, first):
            yield name


def _behind(text: str, words: tuple[Token, ...], last: int) -> tuple[Token, ...]:
    """The two words behind a name, or behind the bracket that follows it: "the Office for Rivers (O.R.) said"."""
    opened = text.find("(", words[last].end, words[last].end + 2)
    closed = text.find(")", opened, opened + _BRACKET) if opened >= 0 else -1
    first = last + 1 if closed < 0 else next((i for i, t in enumerate(words) if t.start > closed), len(words))
    return words[first : first + 2]


def _speaks(near: tuple[Token, ...]) -> bool:
    """Whether a verb of speech is the next word, or the one after "also", "has", "later" and their like."""
    stems = [token.stem for token in near if token.stem not in {"also", "ha", "has", "later", "had", "have"}]
    return bool(stems) and stems[0] in SPEECH_STEMS


def _follows_speech(text: str, words: tuple[Token, ...], first: int) -> bool:
    """Whether the name stands as in "…, said Varga": not as in "Maro said Varga had left"."""
    if (
        first == 0
        or words[first - 1].stem not in SPEECH_STEMS
        or text[words[first - 1].end : words[first].start] != " "
    ):
        return False
    before = text[words[first - 2].end if first > 1 else 0 : words[first - 1].start]
    return not _QUOTE_ENDS.isdisjoint(before)


def _sourced(words: tuple[Token, ...], first: int) -> bool:
    return [token.folded for token in words[max(0, first - 2) : first]] == ["according", "to"]


def _anonymous(text: str) -> bool:
    """Whether a pronoun or an unnamed person speaks, who may be anybody."""
    words = tokens(text)
    return any(a.folded in _SUBJECT_PRONOUNS and b.stem in SPEECH_STEMS for a, b in pairwise(words))
