"""Drafts questions from the user's archive. A draft is a starting point for a person, not a finished question.

Sentences are drawn at random, at most one an article while there are articles left, so that a long article does not
fill the suite. With a model, it writes the question; a reply out of form, or with an answer that is not in the
sentence, is no draft. Without one, a number, name or day is blanked out of the sentence: a person must turn it into
a question as one would ask it, or retrieval is tested with the sentence's own words.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answering.prompt import load_prompt
from assistant.app import Assistant
from assistant.english.names import find_names
from assistant.english.numbers import find_numbers
from assistant.english.sentences import trimmed
from assistant.errors import LibraryMissing
from assistant.llm.chat import ChatModel
from assistant.records import ArticleInfo, StoredArticle, short_hash
from assistant.safe_text import as_data
from assistant.wording import long_date
from eval.metrics.words import contains
from eval.records import GoldSentence, SuiteQuestion

BLANK = "_____"
CLOZE_TAG = "cloze"

_WORDS = (8, 40)  # words of a sentence that says enough for a question, but not too much
_AROUND = 2  # sentences shown before and after it
_REPLY_TOKENS = 150
_LONGEST = 400  # characters of a question
_REPLY = re.compile(r"\s*Question:[ \t]*(?P<question>[^\n]+\?)[ \t]*\n+[ \t]*Answer:[ \t]*(?P<answer>[^\n]+?)\s*")
_CLOZE_NOTE = "Blanked by the program: ask for the answer in your own words, then set status to accepted."
_MODEL_NOTE = "Written by a model: read it beside the sentence, then set status to accepted."


@dataclass(frozen=True, slots=True)
class DraftSource:
    """A sentence to draft a question from."""

    article: StoredArticle
    index: int  # of the sentence

    @property
    def text(self) -> str:
        """The text of the sentence."""
        start, end = trimmed(self.article.text, self.article.sentences[self.index])
        return self.article.text[start:end]

    @property
    def around(self) -> str:
        """The sentence with its neighbours."""
        near = self.article.sentences[max(self.index - _AROUND, 0) : self.index + _AROUND + 1]
        return self.article.text[near[0].start : near[-1].end].strip()


def drawn(assistant: Assistant, seed: int) -> Iterator[DraftSource]:
    """Yield suitable sentences in random order: one from each article, then a second from each, and so on.

    Raises `LibraryMissing` for an empty library.
    """
    chance = random.Random(seed)  # noqa: S311  # no secret
    articles = assistant.articles()
    if not articles:
        raise LibraryMissing("The archive is empty. Fill it: assistant ingest FOLDER-OF-ARTICLES")
    left = [(info, _order(assistant, info, chance)) for info in chance.sample(articles, len(articles))]
    while left:
        kept = []
        for info, indices in left:
            index = next(indices, None)
            if index is not None:
                yield DraftSource(assistant.article(info.id), index)
                kept.append((info, indices))
        left = kept


def _order(assistant: Assistant, info: ArticleInfo, chance: random.Random) -> Iterator[int]:
    seed = chance.random()
    article = assistant.article(info.id)
    indices = [s.index for s in article.sentences if _fit(DraftSource(article, s.index).text)]
    yield from random.Random(seed).sample(indices, len(indices))  # noqa: S311


def _fit(text: str) -> bool:
    return _WORDS[0] <= len(text.split()) <= _WORDS[1] and text[-1:] in ".!”\"’'" and text[:1].isupper()


def cloze(source: DraftSource) -> SuiteQuestion | None:
    """Return a draft with one number or name blanked out, None if the sentence has neither."""
    text = source.text
    spans = [(n.start, n.end) for n in find_numbers(text) if n.unit not in {"ordinal", "vague"}]
    spans += [(name.start, name.end) for name in find_names(text) if name.start > 0]
    if not spans:
        return None
    start, end = max(spans, key=lambda span: (span[1] - span[0], span))
    answer = text[start:end].strip()
    return _draft(source, f"{text[:start]}{BLANK}{text[end:]}", answer, (CLOZE_TAG,), _CLOZE_NOTE)


class ModelDrafts:
    """Drafts written by a language model."""

    def __init__(self, model: ChatModel) -> None:
        """Load the prompt."""
        self._model = model
        self._prompt = load_prompt("draft")

    def draft(self, source: DraftSource) -> SuiteQuestion | None:
        """Return the model's question, None if its reply breaks the format. Raises `ModelError`."""
        messages = self._prompt.render(
            article=as_data(source.around, 3000),
            sentence=as_data(source.text, 1000),
            today=long_date(source.article.info.published or date.today()),
        )
        found = _REPLY.fullmatch(self._model.complete(messages, max_tokens=_REPLY_TOKENS).text)
        if found is None or len(found["question"]) > _LONGEST or not contains(source.text, found["answer"]):
            return None
        return _draft(source, found["question"].strip(), found["answer"], (), _MODEL_NOTE)


def _draft(source: DraftSource, question: str, answer: str, tags: tuple[str, ...], note: str) -> SuiteQuestion:
    info = source.article.info
    return SuiteQuestion(
        id=short_hash(f"{info.source}\n{source.text}", 8),
        question=question,
        answers=((answer,),),
        gold=((GoldSentence(article=info.source, text=source.text),),),
        asked_on=info.published,
        tags=tags,
        note=note,
        status="draft",
    )


def short_names(articles: Sequence[ArticleInfo]) -> dict[str, str]:
    """Return for each source its shortest unambiguous end, cut at "/", so that suites survive a move of the folder."""
    ends: dict[str, int] = {}
    for info in articles:
        for end in _ends(info.source):
            ends[end] = ends.get(end, 0) + 1
    return {info.source: next((e for e in _ends(info.source) if ends[e] == 1), info.source) for info in articles}


def _ends(source: str) -> list[str]:
    parts = source.replace("\\", "/").split("/")
    return ["/".join(parts[-n:]) for n in range(1, len(parts) + 1) if parts[-n]]
