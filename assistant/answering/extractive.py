"""The extractive answerer, without a language model: the best supporting sentences themselves, quoted and cited."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from datetime import date

from assistant.answering.abstention import days_cited
from assistant.answering.answerer import Draft, DraftStatement, Request, Standalone
from assistant.answering.conversation import TurnInProgress, with_question_before
from assistant.checks.injection import is_order, reports, undisguised
from assistant.checks.relevance import is_far
from assistant.english.questions import question_parts
from assistant.english.words import NEGATIONS, content_words, tokens
from assistant.llm.chat import OnText
from assistant.records import Answer, Citation, Evidence, FoundBy, Retrieved, Statement, StoryFigures, Turn, Verdict
from assistant.retrieval.evidence import when_of
from assistant.retrieval.rerank import is_fragment
from assistant.retrieval.retriever import annotated, with_neighbours

QUOTED = 3  # sentences at most: more is a search result, not an answer
SEVERAL = 5  # the same where a question asks for several things
_BEST = 12  # sentences among which is chosen
# In log odds that a sentence answers:
_CLOSE = 4.0  # a sentence is quoted beside the best one when it is worth at most so much less
_CLOSE_OF_SEVERAL = 6.0  # the same where a question asks for several things
_A_SCORE = 22.0  # what a score stands for as a share of the best one, where no reader has read the sentences
_NEW = 2.0  # worth of holding all those words of the question that no chosen sentence holds
_REPEATED = 2.0  # taken off for saying what a chosen one says, in the same words
_OTHER_SIDE = 4.0  # worth of following a chosen sentence in its article with a denial
_SHOWN = 2.0  # taken off a sentence that the reader of a follow-up has just been shown
_NEAR = 2  # sentences after it in which a denial is of what it says

_SEVERAL = re.compile(
    r"\b(?:according to|between)\b.*\band\b|\bfirst\b.*\blast\b|\b(?:both|each|respectively|compared|change[ds]?)\b"
    r"|\b(?:what|which)\s(?:\w+\s)?\w+(?<![su])s\s(?:were|are|have|did|do)\b|,\s(?:\w+\s){1,4}and\s",
    re.IGNORECASE,
)


class ExtractiveAnswerer:
    """Quotes the best sentences, as many as are close to the best one."""

    def select(self, found: Retrieved, just_shown: Container[str] = (), question: str = "") -> list[Evidence]:
        """The best sentence and up to two more nearly as good, or four where `question` asks for several things.

        The first is that of the evidence; each other is chosen for what it is worth, most of it the reader's word, and
        for what it adds to those before it. One of `just_shown` counts a little less. Headings, scraps
        and questions are quoted only where there is no other sentence, orders to whoever answers never.
        """
        left = _sentences(_quotable(found.evidence, question)[:_BEST], found, just_shown)
        most, close = (SEVERAL, _CLOSE_OF_SEVERAL) if asks_several(question) else (QUOTED, _CLOSE)
        lowest = max((s.worth for s in left), default=0.0) - close
        choice = _Choice(question)
        while left and len(choice.sentences) < most:
            best = max(left, key=choice.worth)
            if choice.sentences and choice.worth(best) < lowest:
                break
            left.remove(best)
            choice.add(best)
        chosen = [s.evidence for s in choice.sentences]
        return annotated(_whole(chosen, found), found.texts)

    def draft(self, request: Request, on_text: OnText | None = None) -> Draft:  # noqa: ARG002  # nothing is streamed
        """Each offered sentence is a statement that cites itself."""
        return Draft(statements=tuple(DraftStatement(c.text, (c.number,)) for c in request.offered))

    def standalone(self, question: str, turns: Sequence[Turn], asked_on: date) -> Standalone:  # noqa: ARG002  # models want the day
        """The question with the words of the one before, where it points back to it."""
        return Standalone(with_question_before(question, turns))


def asks_several(question: str) -> bool:
    """Whether a question asks for several things, each of which an answer should hold."""
    return len(question_parts(question)) > 1 or _SEVERAL.search(question) is not None


def _whole(chosen: Sequence[Evidence], found: Retrieved) -> list[Evidence]:
    """Return the sentences with the neighbours that they need; one whose neighbours give orders stays alone."""
    spans = with_neighbours(chosen, found)
    if any(is_order(undisguised(span.text)) for span in spans):
        return list(chosen)
    return spans


def _quotable(evidence: Sequence[Evidence], question: str) -> list[Evidence]:
    """Reports in whole sentences; without any, what else says something or asks. Orders are never among them.

    What is far from the question is left out where there is anything nearer.
    """
    said = [e for e in evidence if not is_order(undisguised(e.text))]
    whole = [e for e in said if not is_fragment(e.text)] or said
    near = [e for e in whole if not is_far(e.text, question, [e])] or whole
    return [e for e in near if reports(e.text, question)] or near


def _sentences(quotable: Sequence[Evidence], found: Retrieved, just_shown: Container[str]) -> list[_Sentence]:
    best = max((e.score for e in quotable), default=0.0) or 1.0
    by_score = [_A_SCORE * (e.score / best - 1) for e in quotable]
    return [
        _Sentence(e, score - _SHOWN * shown, found.worth.get(e.ref, score) - _SHOWN * shown)
        for e, score, shown in zip(quotable, by_score, (e.ref in just_shown for e in quotable), strict=True)
    ]


class _Sentence:
    """A sentence with its words, and what it is worth: as the first one quoted, and beside another."""

    def __init__(self, evidence: Evidence, first: float, worth: float) -> None:
        self.evidence = evidence
        self.stems = frozenset(t.stem for t in content_words(evidence.text))
        self.first = first
        self.worth = worth
        self.denies = any(t.folded in NEGATIONS for t in tokens(evidence.text))

    def follows(self, other: _Sentence) -> bool:
        """Whether it stands shortly after the other in the same article."""
        same = self.evidence.article.id == other.evidence.article.id
        return same and 0 < self.evidence.sentence - other.evidence.sentence <= _NEAR

    def alike(self, other: _Sentence) -> float:
        """The share of the words of the shorter one that both have, 0..1."""
        return len(self.stems & other.stems) / max(1, min(len(self.stems), len(other.stems)))


class _Choice:
    """The sentences chosen so far, and what another one would add to them."""

    def __init__(self, question: str) -> None:
        self._asked = frozenset(t.stem for t in content_words(question))
        self._held: frozenset[str] = frozenset()
        self.sentences: list[_Sentence] = []

    def add(self, sentence: _Sentence) -> None:
        self.sentences.append(sentence)
        self._held |= sentence.stems & self._asked

    def worth(self, sentence: _Sentence) -> float:
        if not self.sentences:
            return sentence.first
        new = len((sentence.stems & self._asked) - self._held) / max(1, len(self._asked))
        repeated = max(sentence.alike(other) for other in self.sentences)
        answers_back = sentence.denies and any(sentence.follows(other) for other in self.sentences)
        return sentence.worth + _NEW * new - _REPEATED * repeated + _OTHER_SIDE * answers_back


# -- quoting without a draft


def quoting_statement(citation: Citation, heading: str = "") -> Statement:
    """Return the statement that quotes a citation: what stands word for word in its source is supported."""
    return Statement(
        text=citation.text,
        citations=(citation,),
        verdict=Verdict.SUPPORTED,
        written=(citation.number,),
        found_by=(FoundBy.PROGRAM,),
        when=when_of(citation),
        heading=heading,
    )


def overview_answer(
    turn: TurnInProgress,
    statements: Sequence[Statement],
    cited: Sequence[Citation],
    confidence: float,
    story: StoryFigures,
) -> Answer:
    """Return the answer that these statements make."""
    first, last = days_cited(statements)
    return Answer(
        question=turn.question,
        statements=tuple(statements),
        abstained=False,
        reason="",
        evidence=tuple(cited),
        evidence_from=first,
        evidence_until=last,
        prompt_id="",
        model="",
        usage=None,
        confidence=confidence,
        story=story,
    )


def nothing_shown(turn: TurnInProgress, reason: str) -> Answer:
    """Return the abstention that gives only its reason."""
    return Answer(
        question=turn.question,
        statements=(),
        abstained=True,
        reason=reason,
        evidence=(),
        evidence_from=None,
        evidence_until=None,
        prompt_id="",
        model="",
        usage=None,
    )
