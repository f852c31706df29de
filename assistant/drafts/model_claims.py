"""Claim decomposition by a language model: it may cut sentences into statements, and put them in words to search for.

What it writes is a hint. Its statements count only where they are the sentence's own words, and all of them
(`own_words`), and where they are more than the program finds itself. Its words to search for find further sentences,
which the claims of the draft are then held against; no verdict is made of them.

One call for a few sentences. A model that fails is not asked again: the check goes on without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from assistant.answering.prompt import load_prompt
from assistant.drafts.claims import DraftSentence, with_clauses
from assistant.drafts.own_words import own_clauses
from assistant.english.words import content_words
from assistant.errors import ModelError
from assistant.llm.chat import ChatModel
from assistant.safe_text import as_data
from assistant.wording import plural

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
