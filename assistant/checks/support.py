"""How probable it is that the cited sentences support a statement: a logistic regression on a few counts.

The counts, `FEATURES`, say what a statement shares with the sentences it cites. Each is a number from 0 to 1 that a
reader can recompute by hand. They are computed from words alone, with no model, in time linear in the texts (the common
subsequence is computed on bits of one integer per text).

Why there is no embedding among them: on RAGTruth the cosine of statement and sentences left the cross-validated AUC
as it was (.752 and .752 on answers), vectors of words in context raised it by .01, and embedding four texts takes 12 ms
where a statement may cost 8.

The coefficients are in support.json, fitted by `python -m research.fitting.support --write`; this module only
evaluates them, so scikit-learn is not needed at run time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from assistant.checks.claim import Claim, Finding
from assistant.checks.dates import dates_in
from assistant.checks.entities import identified_words, missing_words
from assistant.checks.figures import proven_spans, sorted_numbers
from assistant.checks.polarity import find_clash, find_doubt
from assistant.english.names import is_held
from assistant.english.number_words import measure_behind
from assistant.english.numbers import Number, find_numbers, supports
from assistant.english.words import SPEECH_STEMS, Token, clipped, content_words, listed, stem, tokens, word_set
from assistant.records import Verdict

FEATURES = (
    "missing",  # weighted share of the content words that no source has
    "missing_soft",  # the same, where words of one beginning ("resign", "resignation") count as one
    "missing_best",  # the same as `missing`, for the one source that has most
    "missing_run",  # content words in the longest run that no source has: 1 - exp(-n / 4)
    "missing_pairs",  # share of neighbouring content words that stand nowhere near each other in a source
    "missing_order",  # share of the content words outside the longest common subsequence with the best source
    "missing_count",  # content words that no source has: 1 - exp(-n / 4)
    "missing_numbers",  # 1 - exp(-n) of the numbers that no source has
    "missing_names",  # 1 - exp(-n) of the words of names that no source has
    "clash",  # 1 when it says the opposite of a source
    "doubt",  # 1 when it states as a fact what the source calls possible
    "length",  # content words: 1 - exp(-n / 12)
    "comment",  # share of words of comment and conclusion ("overall", "therefore", "important")
)
COMMENT = listed("comment_words")
_SAYING = {stem(word) for word in word_set("say tell add state explain note comment remark reporters journalists")}
"""Stems of words that only say that somebody says it; "deny", "demand" and "announce" say more."""
_NEAR = 3  # content words that may stand between two words that are neighbours in the statement
_TOLD = 3  # parts of a statement that are named as missing
_FIGURES = 20  # figures of a statement that are compared in other written forms
_SOFT = 5  # letters that two words must share at the beginning to count as one

STORED = Path(__file__).with_name("support.json")  # the coefficients


@dataclass(frozen=True, slots=True)
class SupportModel:
    """A logistic regression on standardised features, and the two thresholds that go with it."""

    means: tuple[float, ...]  # one for each of `FEATURES`, of the data it was fitted on
    scales: tuple[float, ...]  # standard deviations, likewise; never 0
    weights: tuple[float, ...]
    bias: float
    supported: float  # support from here on is enough for "supported"
    partly: float  # support from here on is enough for "partly"

    def probability(self, values: Sequence[float]) -> float:
        """Support, 0..1, of a statement with these feature values."""
        rows = zip(values, self.means, self.scales, self.weights, strict=True)
        score = self.bias + sum(w * (v - m) / s for v, m, s, w in rows)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@lru_cache(maxsize=1)
def support_model() -> SupportModel:
    """The fitted model that ships with the program."""
    stored = json.loads(STORED.read_text(encoding="utf-8"))
    rows = [stored["features"][name] for name in FEATURES]
    means, scales, weights = (tuple(float(row[key]) for row in rows) for key in ("mean", "scale", "weight"))
    return SupportModel(means, scales, weights, stored["bias"], stored["supported"], stored["partly"])


@lru_cache(maxsize=16)
def support(claim: Claim) -> float:
    """The probability, 0..1, that the cited sentences support the statement."""
    return support_model().probability(features(claim))


def check_support(claim: Claim) -> list[Finding]:
    """A finding when too little of the statement is in the cited sentences, or only a part."""
    model, score = support_model(), support(claim)
    if score >= model.supported:
        return []
    if _holds_nothing(claim):
        return [Finding(Verdict.UNSUPPORTED, f"nothing of it is in the {claim.sources.noun}", certain=True)]
    if score >= model.partly:
        return [Finding(Verdict.PARTLY, f"not in the {claim.sources.noun}: {told_missing(claim) or 'a part of it'}")]
    return [Finding(Verdict.UNSUPPORTED, f"too little of it is in the {claim.sources.noun}")]


def _holds_nothing(claim: Claim) -> bool:
    """Whether no word of the statement is in a cited sentence in any form: of that, even a reader only guesses."""
    words = _held_words(claim)
    stems = {token.stem for source in claim.sources.texts for token in content_words(source)}
    return bool(words) and not any(held or soft(token.stem, stems) for token, held in words)


def told_missing(claim: Claim) -> str:
    """The first parts of the statement that no cited sentence holds, in quotation marks; "" for none."""
    return ", ".join(f"“{clipped(claim.text[start:end])}”" for start, end in unheld_spans(claim)[:_TOLD])


def unheld_spans(claim: Claim) -> tuple[tuple[int, int], ...]:
    """Return the spans of the statement whose content words no cited sentence holds, from left to right.

    Neighbouring words make one span, with what stands between them.
    """
    words = _held_words(claim)
    starts = [i for i, (_, held) in enumerate(words) if not held and (i == 0 or words[i - 1][1])]
    spans = []
    for first in starts:
        last = next((i for i in range(first, len(words)) if words[i][1]), len(words)) - 1
        spans.append((words[first][0].start, words[last][0].end))
    return tuple(spans)


@lru_cache(maxsize=16)
def _held_words(claim: Claim) -> tuple[tuple[Token, bool], ...]:
    """Return the words that must be borne out, and whether a cited sentence, in any form, holds each."""
    named = identified_words(claim)
    stems = {token.stem for source in claim.sources.texts for token in content_words(source)}
    proven = [*dates_in(claim).proven, *proven_spans(claim)]
    return tuple(
        (t, is_held(t, stems, claim.sources.known) or t.start in named or _within(t, proven)) for t in _claimed(claim)
    )


def features(claim: Claim) -> list[float]:
    """The values of `FEATURES`, in that order. What stands around the sources can only complete names."""
    text, sources, dates = claim.text, claim.sources, dates_in(claim)
    own = [token for token, _ in _held_words(claim)]
    if not own:
        return [0.0] * len(FEATURES)
    here = [_written_alike(claim, source) for source in sources.texts]
    stems = {token.stem for words in here for token in words}
    _, missing = sorted_numbers(claim)
    hits = [held for _, held in _held_words(claim)]
    near = [hit or soft(token.stem, stems) for hit, token in zip(hits, own, strict=True)]
    weights = [word_weight(token) for token in own]
    best = min((_missing(own, weights, words) for words in here), default=1.0)
    numbers = len(missing) + sum(finding.verdict is Verdict.UNSUPPORTED for finding in dates.findings)
    names = len(missing_words(claim))
    return [
        _share(weights, hits),
        _share(weights, near),
        best,
        1 - math.exp(-_longest_run(hits) / 4),
        _missing_pairs(own, here),
        1 - max((_common(own, words) for words in here), default=0) / len(own),
        1 - math.exp(-hits.count(False) / 4),
        1 - math.exp(-numbers),
        1 - math.exp(-names),
        float(find_clash(text, sources.texts) is not None),
        float(bool(find_doubt(text, sources.texts))),
        1 - math.exp(-len(own) / 12),
        sum(token.folded in COMMENT for token in tokens(text)) / len(tokens(text)),
    ]


def _written_alike(claim: Claim, source: str) -> Sequence[Token]:
    """The content words of a source, with its figures as the statement writes them: "$45m" for "$45 million"."""
    words, own, numbers = list(content_words(source)), content_words(claim.text), find_numbers(source)
    for said in sorted_numbers(claim)[0][:_FIGURES]:
        known = next((number for number in numbers if supports(number, said)), None)
        if known is not None:
            there = _places(words, source, known)
            here = [own[i] for i in _places(own, claim.text, said)]
            if there and [words[i].stem for i in there] != [t.stem for t in here]:
                words[there[0] : there[-1] + 1] = [t._replace(start=known.start, end=known.end) for t in here]
    return words


def _places(words: Sequence[Token], text: str, number: Number) -> list[int]:
    """The places of the words that a number takes in a text, with its unit of measure."""
    end = measure_behind(text, number.end)[1]
    return [i for i, t in enumerate(words) if number.start <= t.start < end]


def _claimed(claim: Claim) -> Sequence[Token]:
    """The words of a statement that must be borne out: "told reporters" says no more than the "said" of a source."""
    words, stems = content_words(claim.text), claim.sources.stems
    if stems.isdisjoint(SPEECH_STEMS):
        return words
    return [t for t in words if t.stem in stems or t.stem not in _SAYING]


def word_weight(token: Token) -> float:
    """Rare words weigh more than common ones: names and figures 2, other words by their length, 0.7 to 1.5."""
    if token.capital or token.text[0].isdigit():
        return 2.0
    return min(1.5, 0.4 + 0.1 * len(token.folded))


def _within(token: Token, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= token.start < end for start, end in spans)


def soft(stem: str, stems: set[str]) -> bool:
    """Whether a source has a word that begins alike: "resignation" for "resigned"."""
    start = stem[:_SOFT]
    return len(start) == _SOFT and any(other.startswith(start) for other in stems)


def _share(weights: Sequence[float], hits: Sequence[bool]) -> float:
    """The weight of what was not hit."""
    return sum(w for w, hit in zip(weights, hits, strict=True) if not hit) / sum(weights)


def _missing(own: Sequence[Token], weights: Sequence[float], words: Sequence[Token]) -> float:
    stems = {token.stem for token in words}
    return _share(weights, [token.stem in stems for token in own])


def _longest_run(hits: Sequence[bool]) -> int:
    longest = run = 0
    for hit in hits:
        run = 0 if hit else run + 1
        longest = max(longest, run)
    return longest


def _missing_pairs(own: Sequence[Token], here: Sequence[Sequence[Token]]) -> float:
    near = {
        frozenset((a.stem, b.stem)) for words in here for i, a in enumerate(words) for b in words[i + 1 : i + 2 + _NEAR]
    }
    pairs = [frozenset((a.stem, b.stem)) for a, b in pairwise(own)]
    return sum(len(pair) == 2 and pair not in near for pair in pairs) / len(pairs) if pairs else 0.0


def _common(own: Sequence[Token], words: Sequence[Token]) -> int:
    """Length of the longest common subsequence of stems, by Hyyrö's bit-parallel algorithm (2004)."""
    places: dict[str, int] = {}
    for i, token in enumerate(own):
        places[token.stem] = places.get(token.stem, 0) | 1 << i
    full = (1 << len(own)) - 1
    row = full
    for token in words:
        match = row & places.get(token.stem, 0)
        row = ((row + match) | (row - match)) & full
    return len(own) - row.bit_count()
