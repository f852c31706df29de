"""Names: each one in the statement must be in a cited sentence, or be the outlet or an author of its article.

A name may be shorter than in the source ("Lind" for "Maria Lind"), and longer when the article says who is meant (see
`identity`). Courtesy titles, short forms of titles, demonyms and initials ("ICC") are allowed for. A first name and a
surname that the source never joins are no name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.checks.attribution import SPEECH_STEMS
from assistant.checks.claim import Finding, Sources
from assistant.checks.identity import is_identified
from assistant.english.known import Known
from assistant.english.names import Name, find_names
from assistant.english.words import Token, clipped, tokens, word_set
from assistant.records import Verdict

_COMMON_ENDINGS = tuple(  # a word that opens a sentence and ends so is hardly a name
    word_set(
        "ing ings ly tion tions sion sions ment ments ness ity ities ism ance ence ances ences ers ors ists ians ants"
        " ents ics ies ous ful ive able ible al ic less ships ages"
    )
)


def check_names(text: str, sources: Sources) -> list[Finding]:
    """A finding for every name, or part of one, that the cited sentences do not hold and nothing around completes."""
    known = Known(sources.texts)
    findings: list[Finding] = []
    for name, missing in _incomplete(text, known):
        if not (missing and is_identified(name, sources)):
            findings += _check(text, name, missing, known, sources)
    return findings


def missing_words(text: str, sources: Sources) -> list[Token]:
    """The words of names that are not there."""
    incomplete = _incomplete(text, Known(sources.texts))
    return [t for name, missing in incomplete if missing and not is_identified(name, sources) for t in missing]


def identified_words(text: str, sources: Sources) -> frozenset[int]:
    """Where the words of names begin that the cited sentences lack and what stands around them completes."""
    incomplete = _incomplete(text, Known(sources.texts))
    return frozenset(
        t.start for name, missing in incomplete if missing and is_identified(name, sources) for t in missing
    )


def _incomplete(text: str, known: Known) -> Iterator[tuple[Name, list[Token]]]:
    """The names that are not there under another name as a whole, each with its words that are not there."""
    for name in find_names(text):
        if not known.holds_together(name):
            yield name, [token for token in name.tokens if not known.holds(token)]


def _check(text: str, name: Name, missing: Sequence[Token], known: Known, sources: Sources) -> Iterator[Finding]:
    opener = name.opening and missing[:1] == [name.tokens[0]]
    sure = missing[1:] if opener else missing
    if sure:
        words = name.tokens if len(missing) == len(name.tokens) else sure
        yield _missing(text[words[0].start : words[-1].end], sure, sources)
    elif opener:
        yield from _check_opener(text, missing[0], len(name.tokens) > 1, known, sources)
    elif any(_stitched(a, b, known) for a, b in zip(name.tokens, name.tokens[1:], strict=False)):
        said = clipped(text[name.start : name.end])
        yield Finding(Verdict.PARTLY, f"this name is not in the {sources.noun} as it is written: “{said}”")


def _missing(said: str, words: Sequence[Token], sources: Sources) -> Finding:
    """The title, or a sentence of the same article that was offered but is not cited, may hold the name."""
    if sources.titles and all(map(Known(sources.titles).holds, words)):
        return Finding(Verdict.PARTLY, f"the name is in the title, not in the {sources.noun}: “{clipped(said)}”")
    articles = {c.article.id for c in sources.cited}
    for other in sources.others:
        known = Known((other.text,))
        if all(known.holds(word) for word in words):
            verdict = Verdict.PARTLY if other.article.id in articles else Verdict.UNSUPPORTED
            return Finding(verdict, f"the name is in [{other.number}], not in {sources.label}: “{clipped(said)}”")
    return Finding(Verdict.UNSUPPORTED, f"not in the {sources.noun}: “{clipped(said)}”")


def _check_opener(text: str, token: Token, long: bool, known: Known, sources: Sources) -> Iterator[Finding]:
    """The first word of a sentence has a capital letter anyway: it is judged by what follows it and by its ending."""
    if token.stem in known.stems or (not long and _written_small(token, sources)):
        return
    common = token.folded.endswith(_COMMON_ENDINGS) and not long
    speaks = _next_stem(text, token) in SPEECH_STEMS
    if speaks or long or not common:
        found = _missing(token.text, [token], sources)
        yield found if speaks and not common else replace(found, verdict=Verdict.PARTLY)


def _written_small(token: Token, sources: Sources) -> bool:
    """Whether an offered sentence has the word in small letters: then it is a common word."""
    stems = (other.stem for c in sources.others for other in tokens(c.text) if not other.capital)
    return token.stem in stems


def _next_stem(text: str, token: Token) -> str:
    following = (other.stem for other in tokens(text) if other.start > token.start)
    return next(following, "")


def _stitched(left: Token, right: Token, known: Known) -> bool:
    """Whether the source gives both words to other names: "Maria Lind" out of "Maria Okafor" and "Johan Lind"."""
    after: list[list[str]] = []
    before: list[list[str]] = []
    for run in known.runs:
        words = [token.folded for token in run.tokens]
        for i, word in enumerate(words):
            if word == left.folded:
                if right.folded in words[i + 1 :]:
                    return False
                after.append(words[i + 1 : i + 2])
            if word == right.folded:
                before.append(words[:i])
    return bool(after) and all(after) and any(before)
