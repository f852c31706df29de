"""Claim decomposition by a language model: it may cut sentences into statements, and put them in words to search for.

What it writes is a hint. Its statements count only where they are the words of the sentence, and all of them, and where
they are more than the program finds itself. Its words to search for find further sentences, which the claims of the
draft are then held against; no verdict is made of them. One call for a few sentences. A model that fails is not asked
again: the check goes on without it.

A statement is taken as a choice of the words of its sentence and nothing more (`own_clauses`): it is put together from
runs of them, in their order, cut where clauses can be cut. So no word of the model reaches a verdict, and a "not", a
speaker or a condition can not be left out of the clause that it belongs to:

    beginning and end   at the ends of the sentence, at a mark or at "and", "but", "who", "which"
    between two runs    something between commas ("Orrin Ports, which employs 2,140 people, rejected"), the predicate
                        before an "and" ("Lind stepped down and left"), a "which" or "who"
    "is" and the like   for the comma of "Daubry, 54"

Together the statements must hold every word of the sentence that says something. Anything else is no split of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from assistant.answering.prompt import load_prompt
from assistant.checks.completeness import is_sentence
from assistant.drafts.claims import DraftSentence, with_clauses
from assistant.drafts.clauses import SUBORDINATE, Clause, holds_reported_words, is_verb_form
from assistant.english.subjects import subject_before
from assistant.english.words import NEGATIONS, PERHAPS, Token, content_words, listed, tokens, word_set
from assistant.errors import ModelError
from assistant.llm.chat import ChatModel
from assistant.safe_text import as_data
from assistant.wording import plural

_MOST = 8  # statements of one sentence
_FEWEST = 3  # words of a statement
_LONGEST = 120  # words of a sentence
_MARK = re.compile(r"\s?[,;:)(—–]+\s|\s[-—–]\s")  # between two words, where a clause may end
_JOINS = word_set("and but while whereas")
_RELATIVES = word_set("who which")
_VERBS = listed("verbs_without_ending") - word_set("i you he she it we they there people police")
_BEING = word_set("is are was were")
_CONDITIONS = word_set("if unless whether until except")
_ARTICLES = listed("determiners") & word_set("a an")
_APART = frozenset(" \t\n,;:()—–")  # what never belongs to a word beside it


class _Run(NamedTuple):
    """Words of the sentence in a row: the numbers of the first and the last of them."""

    first: int
    last: int


class _Put(NamedTuple):
    """How a statement lies in the sentence."""

    runs: tuple[_Run, ...]
    being: str  # "is" and the like, before the last run; "" for none


def own_clauses(sentence: str, statements: Sequence[str]) -> tuple[Clause, ...]:
    """Return the statements in the words of their sentence, in its order; () where they are no split of it."""
    if not 1 < len(statements) <= _MOST or holds_reported_words(sentence):
        return ()
    words = _Words(sentence)
    if len(words.all) > _LONGEST or any(token.folded in _CONDITIONS for token in words.all):
        return ()
    put = [words.put(statement) for statement in statements]
    if None in put or len(set(put)) < len(put):
        return ()
    found = [one for one in put if one is not None]
    if not words.are_held(found):
        return ()
    made = tuple(sorted(words.clause(one) for one in found))
    return made if all(is_sentence(clause.text) for clause in made) else ()


class _Words:
    """The words of a sentence, and where it may be cut."""

    def __init__(self, sentence: str) -> None:
        self._text = sentence
        self.all = tokens(sentence)

    def put(self, statement: str) -> _Put | None:
        """Return how a statement lies in the sentence, None where it does not."""
        said = [token.folded for token in tokens(statement)]
        if len(said) < _FEWEST:
            return None
        starts = [i for i, token in enumerate(self.all) if token.folded == said[0]]
        return next(filter(None, (self._put_from(start, said) for start in starts)), None)

    def are_held(self, put: Sequence[_Put]) -> bool:
        """Whether every word of the sentence that says something, denies or doubts is in a statement."""
        held = {i for one in put for run in one.runs for i in range(run.first, run.last + 1)}
        return all(i in held or not (token.content or _turns(token)) for i, token in enumerate(self.all))

    def clause(self, put: _Put) -> Clause:
        """Return a statement in the words of the sentence; it stands behind the subject that it shares with another."""
        spans = [self._span(run) for run in put.runs]
        pieces = [self._text[start:end] for start, end in spans]
        text = " ".join((*pieces[:-1], *([put.being] if put.being else []), pieces[-1]))
        own = len(spans) - 1
        while own and not put.being and not self._joins(put.runs[own].first - 1):
            own -= 1
        return Clause(spans[own][0], spans[-1][1], text)

    def _put_from(self, start: int, said: Sequence[str]) -> _Put | None:
        runs: list[_Run] = []
        first, at, being = start, start, ""
        for word in said[1:]:
            if at + 1 < len(self.all) and self.all[at + 1].folded == word:
                at += 1
            elif word in _BEING and not being and not runs and self._is_described(at):
                runs, first, being = [_Run(first, at)], at + 1, word
            elif being and at < first:
                return None
            elif (after := self._after_gap(at, word, runs, _Run(first, at))) is not None:
                runs, first, at = [*runs, _Run(first, at)], after, after
            else:
                return None
        if being and at < first:
            return None
        put = _Put((*runs, _Run(first, at)), being)
        return put if self._may_begin(put) and self._may_end(put) else None

    # -- where a statement may be cut

    def _may_begin(self, put: _Put) -> bool:
        first = put.runs[0]
        if _is_verb(self.all[first.first]):
            return False
        if self._is_cut_before(first.first):
            lead = self.all[: first.first]
            return any(map(_is_verb, lead)) or not any(map(_turns, lead))
        related = len(put.runs) > 1 and (put.being or self.all[put.runs[1].first - 1].folded in _RELATIVES)
        if not related or _turns(self.all[first.first - 1]):
            return False
        subject = subject_before(self._text, self.all[first.last].end)
        return subject is not None and subject[0] == self.all[first.first].start

    def _may_end(self, put: _Put) -> bool:
        last = put.runs[-1].last
        if last + 1 == len(self.all):
            return True
        return self._is_mark(last) if put.being else self._is_cut_before(last + 1) or self._joins(last + 1)

    def _after_gap(self, at: int, word: str, runs: Sequence[_Run], run: _Run) -> int | None:
        """Return the word with which a statement may go on behind words that it leaves out."""
        places = range(at + 2, len(self.all))
        return next((k for k in places if self.all[k].folded == word and self._may_skip(at, k, runs, run)), None)

    def _may_skip(self, at: int, to: int, runs: Sequence[_Run], run: _Run) -> bool:
        left_out = self.all[at + 1 : to]
        before = left_out[-1].folded
        if before in _RELATIVES:
            return len(left_out) == 1 and self._is_mark(at) and _may_act(self.all[to])
        if before in _JOINS:
            is_subject = not runs and not any(_is_verb(token) for token in self.all[run.first : run.last + 1])
            told = self.all[self._behind_aside(at) + 1 : to - 1]
            shared = bool(told) and _may_act(told[0]) and _may_act(self.all[to])
            return is_subject and shared and not any(t.folded in SUBORDINATE | _RELATIVES for t in told)
        parted = [i for i in range(at, to) if self._is_mark(i)]
        return parted == [at, to - 1] and not any(map(_turns, left_out))

    def _behind_aside(self, at: int) -> int:
        """Return the last word of what stands between commas behind a subject; the subject's where nothing does."""
        ends = (i for i in range(at + 1, len(self.all)) if self._is_mark(i))
        return next(ends, at) if self._is_mark(at) else at

    def _is_described(self, at: int) -> bool:
        """Whether a comma follows a word, and behind it what its bearer is: "54", "a carpenter", "built in 1961"."""
        if at + 1 >= len(self.all) or not self._is_mark(at):
            return False
        word = self.all[at + 1]
        return word.folded in _ARTICLES or word.text[0].isdigit() or (_is_verb(word) and not word.capital)

    def _is_cut_before(self, i: int) -> bool:
        return i == 0 or self._is_mark(i - 1) or self.all[i - 1].folded in _JOINS

    def _joins(self, i: int) -> bool:
        return self.all[i].folded in _JOINS | _RELATIVES

    def _is_mark(self, i: int) -> bool:
        """Whether a mark stands between a word and the next one; the comma of 2,140 is none."""
        if i + 1 >= len(self.all):
            return False
        return _MARK.search(self._text[self.all[i].end : self.all[i + 1].start]) is not None

    # -- its words

    def _span(self, run: _Run) -> tuple[int, int]:
        """Return where a run stands, with the signs that belong to its words: "$", "%", quotation marks."""
        start, end = self.all[run.first].start, self.all[run.last].end
        while start and self._text[start - 1] not in _APART:
            start -= 1
        while end < len(self._text) and self._text[end] not in _APART:
            end += 1
        return start, end


def _turns(token: Token) -> bool:
    """Whether a word denies or doubts what stands near it."""
    return token.folded in NEGATIONS | PERHAPS


def _is_verb(token: Token) -> bool:
    return token.folded in _VERBS or is_verb_form(token.folded)


def _may_act(token: Token) -> bool:
    """Whether a word behind a subject may be its verb; "runs" may be one, and a noun."""
    return _is_verb(token) or (token.folded.endswith("s") and len(token.folded) > 3)


_AT_ONCE = 6  # sentences in one call
_LENGTH = 1_000  # characters of a sentence that a model is asked about
_TOKENS = 150  # of the reply, for each sentence,
_PER_TOKEN = 2  # and one more for so many of its characters: statements repeat it
_SEARCHED = 200  # characters of the words to search for
_READ = 20  # statements of one sentence that are read
_LINE = re.compile(r"\s*S(?P<number>\d{1,3})(?P<search>\s+search)?\s*[:.]\s*(?P<words>\S.{0,2000})", re.IGNORECASE)


class Prepared(NamedTuple):
    """A sentence of a draft, ready to be searched."""

    sentence: DraftSentence
    other_words: str = ""  # to search for too; "" for none


class ClaimWriter:
    """Asks a language model to cut the sentences of one draft."""

    def __init__(self, model: ChatModel, name: str) -> None:
        """`name` is what it is called before a reader."""
        self._model = model
        self._name = name
        self._prompt = load_prompt("claims")
        self._cut = self._refused = 0  # sentences
        self._failed = ""

    @property
    def id(self) -> str:
        """Which model and which wording: other ones may cut otherwise."""
        return f"{self._name} {self._prompt.id}"

    def prepared(self, sentences: Sequence[DraftSentence]) -> list[Prepared]:
        """Return the sentences, those that the model cuts well with its statements as their claims."""
        found: list[Prepared] = []
        for at in range(0, len(sentences), _AT_ONCE):
            group = sentences[at : at + _AT_ONCE]
            said = parse_claims(self._reply(group), len(group))
            found += [
                self._prepared(sentence, said.get(n, WrittenClaims())) for n, sentence in enumerate(group, start=1)
            ]
        return found

    def notices(self) -> tuple[str, ...]:
        """Return what a reader of the report should know of the model's part."""
        told = f"The model {self._name} cut {plural(self._cut, 'sentence')} into more claims than the program does"
        if self._refused:
            told += f"; of {plural(self._refused, 'other')} it changed words or left some out, so the program cut them"
        failed = f"The check went on without the model {self._name}: {self._failed}"
        return (f"{told}.", *([failed] if self._failed else []))

    def _reply(self, sentences: Sequence[DraftSentence]) -> str:
        """Return what the model says of these sentences; "" once it has failed."""
        if self._failed:
            return ""
        lines = [f"S{n}: {as_data(s.read_as, _LENGTH)}" for n, s in enumerate(sentences, start=1)]
        longest = sum(_TOKENS + len(line) // _PER_TOKEN for line in lines)
        try:
            return self._model.complete(self._prompt.render(sentences="\n".join(lines)), max_tokens=longest).text
        except ModelError as error:
            self._failed = str(error)
            return ""

    def _prepared(self, sentence: DraftSentence, said: WrittenClaims) -> Prepared:
        cut = () if sentence.quoted else own_clauses(sentence.read_as, said.statements)
        other_words = said.search if content_words(said.search) else ""
        if len(cut) > len(sentence.claims):
            self._cut += 1
            return Prepared(with_clauses(sentence, cut), other_words)
        self._refused += not cut and not sentence.quoted and len(said.statements) > len(sentence.claims)
        return Prepared(sentence, other_words)


class WrittenClaims(NamedTuple):
    """What a reply says of one sentence."""

    statements: tuple[str, ...] = ()
    search: str = ""


def parse_claims(text: str, count: int) -> Mapping[int, WrittenClaims]:
    """Return what a reply says of the sentences 1 to `count`; lines of another form count for nothing."""
    found: dict[int, WrittenClaims] = {}
    for number, words, is_search in _lines(text):
        said = found.get(number, WrittenClaims())
        if is_search:
            found[number] = said._replace(search=as_data(words, _SEARCHED))
        elif len(said.statements) < _READ:
            found[number] = said._replace(statements=(*said.statements, words))
    return {number: said for number, said in found.items() if 1 <= number <= count}


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    for line in text.splitlines():
        if found := _LINE.fullmatch(line):
            yield int(found["number"]), found["words"].strip(), found["search"] is not None
