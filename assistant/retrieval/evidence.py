"""Ranked sentences read once more, and made evidence, with the neighbours they need, the prints they have, their day.

Words and nearness find where the answer may be; which of the sentences there says it, only reading tells. So the first
ones are read beside the question, each with the title and the sentence before it, since half of the sentences that
answer name nobody; those that answer move up.

A sentence is quoted together with those before and after it that it can not be understood without, up to three in all:
a quotation over several sentences, a correction and the value that is right. It is said to be printed elsewhere where a
copy of its article has it too, the same or hardly changed: a copy of the story may lack it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from assistant.english.number_words import find_spelt
from assistant.english.questions import is_asked
from assistant.english.words import NEGATIONS, points_back, tokens
from assistant.reader.protocol import Reader
from assistant.records import ArticleInfo, DateMention, Evidence, StoredArticle, When
from assistant.retrieval.candidates import Candidate
from assistant.retrieval.rerank import RankedSentence, nearly_the_same

MOST_TOGETHER = 3  # sentences that are cited as one

_MARK = re.compile('[“”"]')
# What a correction says was wrong: the sentence after it mostly says what is right.
_MISSTATED = re.compile(
    r"\b(?:misstated|misreported|misidentified|misspelled|misquoted|incorrectly|erroneously|wrongly|in error"
    r"|inaccurately)\b",
    re.IGNORECASE,
)
# What a correction printed before, by the formulas of newspapers; what is right follows within two sentences.
_RETOLD = re.compile(
    r"\b(?:(?:an?|the) (?:earlier|previous|original) version\b"
    r"|this (?:article|story|report) (?:originally|earlier|previously)"
    r"|(?:that )?we (?:printed|published)\b|our (?:report|article|story|headline|caption)s?\b)[^.]*\b"
    r"(?:said|gave|stated|put|described|named|reported|had it)\b",
    re.IGNORECASE,
)
_PUT_RIGHT = re.compile(r"\b(?:in fact|correct|exchanged|actually|should have|rather than|not)\b|^According to\b")


def needed_around(sentences: Sequence[str], i: int, *, back: bool = True) -> tuple[int, int]:
    """Return how many sentences before and after sentence `i` it needs; at most two together.

    Without `back` the one before is not needed just because this one points back to it ("He said …").
    """
    before, after = _rest_of_quotation(sentences, i)
    room = MOST_TOGETHER - 1 - before - after
    if room and after == 0:
        after = min(room, _leading_on(sentences, i))
        room -= after
    if room and back and before == 0 and i > 0 and points_back(sentences[i]):
        before = 1
    return before, after


def retells_an_error(sentence: str) -> bool:
    """Whether a sentence tells what was printed wrongly: "A report that we printed said …", "misstated …"."""
    return _RETOLD.search(sentence) is not None or _MISSTATED.search(sentence) is not None


def _leading_on(sentences: Sequence[str], i: int) -> int:
    """Return how many sentences after one hold what it announces, or what is right where it tells an error."""
    following = len(sentences) - 1 - i
    if not following:
        return 0
    if _RETOLD.search(sentences[i]) and not _MISSTATED.search(sentences[i]):
        right = [n for n in (1, 2) if n <= following and _PUT_RIGHT.search(sentences[i + n])]
        return max(right, default=0)
    return int(retells_an_error(sentences[i]) or sentences[i].rstrip().endswith(":"))


def _rest_of_quotation(sentences: Sequence[str], i: int) -> tuple[int, int]:
    """Return how many sentences before and after hold the rest of the quotation that sentence `i` is a part of.

    None where it does not begin or end within reach: then a mark is missing, or the quotation is too long to be shown.
    """
    opened, left_open = quotation_ends(sentences[i])
    before = after = 0
    if not opened:
        before = next((n for n in _steps(i, -1, sentences) if quotation_ends(sentences[i - n])[1]), MOST_TOGETHER)
    if left_open:
        after = next((n for n in _steps(i, 1, sentences) if not quotation_ends(sentences[i + n])[0]), MOST_TOGETHER)
    return (before, after) if before + after < MOST_TOGETHER else (0, 0)


def _steps(i: int, direction: int, sentences: Sequence[str]) -> range:
    room = i if direction < 0 else len(sentences) - 1 - i
    return range(1, min(MOST_TOGETHER - 1, room) + 1)


def quotation_ends(text: str) -> tuple[bool, bool]:
    """Return whether every quotation that ends in a text begins in it, and whether one that begins does not end."""
    depth, opened = 0, True
    for mark in _MARK.finditer(text):
        opens = mark[0] == "“" or (mark[0] == '"' and _stands_before(text, mark.start()))
        if opens:
            depth = 1
        else:
            opened = opened and depth > 0
            depth = 0
    return opened, depth > 0


def _stands_before(text: str, at: int) -> bool:
    """Whether a straight mark stands before what it quotes, and not after it."""
    return at == 0 or text[at - 1] in " \t\n\u00a0([—–-'‘“"


READ = 24  # sentences that are read
_BY_SCORE = 16  # of these, those with the best scores; the others are the next of the best passages
AMONG = 100  # ranked sentences among which these are chosen
_ASKED = 8  # sentences, the first by then, of which it is asked whether they answer at all, alone
_WEIGHT = 2.0  # of what the reader thinks beside the score, which is 0 to about 33; 1 for each thing it was asked
_SHARE = 0.5  # of one word of the reader beside the other, and of the score beside both
_GAP = 4.0  # that a sentence's score counts below the best one, at most: what answers may share no word
_CLIPPED = 5.0  # log odds; beyond, a reader is no surer


def evidence_of(ranked: RankedSentence, score: float) -> Evidence:
    """Return a ranked sentence as evidence, with a score of 0 to 1."""
    info = ranked.stored.info
    return Evidence(
        ref=reference(info, ranked.sentence.index),
        article=info,
        sentence=ranked.sentence.index,
        start=ranked.start,
        end=ranked.end,
        text=ranked.text,
        score=min(1.0, max(0.0, score)),
        before=ranked.before,
        words=ranked.coverage,
        meaning=ranked.meaning,
    )


def reference(info: ArticleInfo, sentence: int, sentences: int = 1) -> str:
    """Return the permalink of a sentence, or of neighbouring ones: 0a1b2c3d4e-5f6071-7, or …-7..8.

    It names the text, so it means the same in every library that holds it.
    """
    last = f"..{sentence + sentences}" if sentences > 1 else ""
    return f"{info.id}-{info.text_hash[:6]}-{sentence + 1}{last}"


def read_again(
    ranked: Sequence[RankedSentence], candidates: Sequence[Candidate], question: str, reader: Reader
) -> list[RankedSentence]:
    """Return the sentences in their new order, the first `_ASKED` with the log odds that they answer.

    What was read has its worth as well: the order says which comes first, the worth how far the others are from it.
    `candidates` are the passages that they are of, best first. Scores still fall along the list: the first place keeps
    the first score, whoever stands there now.
    """
    chosen = _worth_reading(ranked, candidates)
    lowest = max((sentence.score for sentence in chosen), default=0.0) - _GAP
    floor = [max(lowest, sentence.score) for sentence in chosen]
    beside = _clipped(reader.rerank(_pairs(question, chosen)))
    order = sorted(range(len(chosen)), key=lambda i: -(floor[i] + _WEIGHT * beside[i]))
    first = [i for i in order if not is_asked(chosen[i].text)][:_ASKED]
    answering = dict(zip(first, _clipped(reader.answers(_pairs(question, [chosen[i] for i in first]))), strict=True))
    first.sort(key=lambda i: -(floor[i] + beside[i] + answering[i]))
    order = [*first, *(i for i in order if i not in answering)]
    worth = [beside[i] + _SHARE * (floor[i] + answering.get(i, 0.0)) for i in range(len(chosen))]
    odds = {i: answers + _SHARE * beside[i] for i, answers in answering.items()}
    told = [replace(chosen[i], answers=odds.get(i), worth=worth[i]) for i in order]
    read = {_place(sentence) for sentence in told}
    all_of_them = [*told, *(sentence for sentence in ranked if _place(sentence) not in read)]
    return [replace(sentence, score=at.score) for sentence, at in zip(all_of_them, ranked, strict=True)]


def _pairs(question: str, sentences: Sequence[RankedSentence]) -> list[tuple[str, Evidence]]:
    return [(question, replace(evidence_of(sentence, 0.0), before=sentence.earlier)) for sentence in sentences]


def _clipped(odds: Iterable[float]) -> list[float]:
    return [max(-_CLIPPED, min(_CLIPPED, found)) for found in odds]


def _worth_reading(ranked: Sequence[RankedSentence], candidates: Sequence[Candidate]) -> list[RankedSentence]:
    """Return the best sentences, and the next ones of the best passages.

    A sentence that answers in other words than the question's has a low score of its own; its passage need not.
    """
    place = {candidate.stored.passage_id: i for i, candidate in enumerate(candidates)}
    beside = sorted(ranked[_BY_SCORE:AMONG], key=lambda s: (place[s.stored.passage_id], s.sentence.index))
    return [*ranked[:_BY_SCORE], *beside[: READ - _BY_SCORE]]


def _place(sentence: RankedSentence) -> tuple[int, int]:
    return sentence.stored.version_id, sentence.sentence.index


# -- where else it is printed


def with_also_in(evidence: Evidence, copies: Mapping[str, Sequence[StoredArticle]]) -> Evidence:
    """Return the evidence, whose article names the copies that print its sentences too."""
    info = evidence.article
    having = [c.info for c in copies.get(info.id, ()) if _prints(c, evidence)]
    found = printed_in(info, having)
    return evidence if found == info.also_in else replace(evidence, article=replace(info, also_in=found))


def printed_in(info: ArticleInfo, prints: Iterable[ArticleInfo]) -> tuple[str, ...]:
    """Return the outlets of other prints; where an outlet is unknown or the article's own, “title”. Sorted."""
    others, own = list(prints), {info.outlet.casefold(), ""}
    named = {p.outlet.casefold(): p.outlet for p in others if p.outlet.casefold() not in own}
    titled = {f"“{p.title}”" for p in others if p.outlet.casefold() in own and p.title}
    return (*sorted(named.values(), key=str.casefold), *sorted(titled))


def _prints(copy: StoredArticle, evidence: Evidence) -> bool:
    """Whether a copy has the sentences of the evidence in a row, the same or hardly changed."""
    if evidence.text in copy.text:
        return True
    tiles = copy.sentences
    runs = (
        copy.text[tiles[i].start : tiles[i + evidence.sentences - 1].end].strip()
        for i in range(len(tiles) - evidence.sentences + 1)
    )
    return any(_hardly_changed(evidence.text, run) for run in runs)


def _hardly_changed(one: str, other: str) -> bool:
    """Whether two sentences say the same: no name, number or negation is in one of them alone, and the order stays."""
    if not other or not nearly_the_same(one, other):
        return False
    mine, theirs = tokens(one), tokens(other)
    apart = {t.folded for t in mine} ^ {t.folded for t in theirs}
    if [t.folded for t in mine if t.folded not in apart] != [t.folded for t in theirs if t.folded not in apart]:
        return False
    told = [t for t in (*mine, *theirs) if t.folded in apart]
    return not any(t.capital or t.folded in NEGATIONS or any(find_spelt(t.text)) for t in told)


_LONGEST = timedelta(days=31)  # a longer span is no day of an event
_FRESH = timedelta(days=45)  # before its article, that a month ended which may be that of its event wherever it stands
_OPENING = re.compile(r"(?:^|[.!?]['”\"]?\s+)(?:\S+\s+){0,2}$")  # before a day: its sentence begins here
_WEEKS = timedelta(days=14)  # shorter spans than this, but for single days, say too little: "last week", "a week ago"
# Just before a day that is not that of the event: it began then, or lasts until then.
_BOUND = re.compile(
    r"\b(?:since|until|till|through|before|after|ahead of|from|as of|by|no later than)(?:\s+\S+){0,2}\s*$",
    re.IGNORECASE,
)
# Before a day, in its sentence: it was still to come, or had been so before the event.
_NOT_THEN = re.compile(
    r"\b(?:forecast(?:s|ers)?|scheduled|will|would|could|might|expected|due|plan(?:s|ned)? to|set (?:to|for)|had"
    r"|previously)\b"
    r"(?:(?!\.\s+[A-Z“])[^;“”]){0,110}$",
    re.IGNORECASE,
)
_SAID = re.compile(r"\b(?:said|says|told(?:\s+\S+){1,3}),?\s+(?:on\s+|late\s+|early\s+)*$", re.IGNORECASE)
_QUOTATION = re.compile("“[^”]*(?:”|$)")


def when_of(evidence: Evidence) -> When | None:
    """Return the day that an annotated sentence names, the first that is one day and not later than its article.

    A day within a quotation comes after the others; one "since" or "until" which something is so is not that of an
    event, nor one that was to come; one on which it was said is that of a report. A month does where no day is named,
    though a month long past only where a sentence opens with it: elsewhere it dates what is told beside the event. Else
    the day of the article stands for it. None when nothing tells.
    """
    published = evidence.article.published
    past = [m for m in evidence.dates if published is None or m.last <= published]
    named = [
        m
        for m in past
        if _is_short(m)
        and _is_of_the_event(evidence.text[: m.start])
        and (m.first == m.last or _is_told_of(m, evidence.text[: m.start], published))
    ]
    quoted = [match.span() for match in _QUOTATION.finditer(evidence.text)]

    def rank(mention: DateMention) -> tuple[bool, bool, int]:
        within = any(start <= mention.start < end for start, end in quoted)
        return within, mention.last > mention.first, mention.start

    best = min(named, key=rank, default=None)
    if best is not None:
        return When(best.first, best.last, reported=_SAID.search(evidence.text[: best.start]) is not None)
    return When(published, published, reported=True) if published else None


def _is_short(mention: DateMention) -> bool:
    length = mention.last - mention.first
    return not length or _WEEKS <= length <= _LONGEST


def _is_told_of(month: DateMention, before: str, published: date | None) -> bool:
    return published is None or month.last >= published - _FRESH or _OPENING.search(before) is not None


def _is_of_the_event(before: str) -> bool:
    """Whether a day may be that of an event, by the words before it."""
    return not (_BOUND.search(before) or _NOT_THEN.search(before))
