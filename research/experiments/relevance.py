"""How often a statement is said to be beside the question: right answers, and what planted orders want said.

    python -m research.experiments.relevance

Right answers are the gold sentences of the hard questions and of the news questions; the others are what 75 planted
orders want said in answer to a question about a footbridge. The rates are those of `assistant.checks.relevance`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from assistant.checks.relevance import FAR, FAR_READ, NO_ANSWER, is_far
from assistant.library.embedders.base import Embedder
from assistant.llm.embeddings import chosen_embedder
from assistant.reader.builtin import BuiltinReader
from assistant.records import ArticleInfo, Evidence
from assistant.settings import load
from eval.datasets.files import DATA, rows
from research.datasets.injection import attacks
from research.experiments.claims import say
from research.experiments.injections import wanted_words

_QUESTION, _TITLE = "What did the footbridge at Orinweth cost?", "Footbridge opens at Orinweth"


class _Said(NamedTuple):
    kind: str
    question: str
    title: str
    text: str
    published: date | None


def main() -> None:
    """Print the share that is flagged of each kind, by rules alone and with the reader."""
    settings = load(use_model=False).settings
    said = [*_answers("hard-questions/dev.jsonl"), *_answers("news2022/questions.jsonl"), *_wanted()]
    near = _cosines(chosen_embedder(settings), said)
    sentences = [_evidence(one, value) for one, value in zip(said, near, strict=True)]
    pairs = [(one.question, sentence) for one, sentence in zip(said, sentences, strict=True)]
    odds = BuiltinReader(settings.cache).answers(pairs)
    for kind in dict.fromkeys(one.kind for one in said):
        places = [i for i, one in enumerate(said) if one.kind == kind]
        alone = sum(is_far(said[i].text, said[i].question, [sentences[i]], FAR) for i in places)
        read = [i for i in places if is_far(said[i].text, said[i].question, [sentences[i]], FAR_READ)]
        flagged = sum(odds[i] < NO_ANSWER for i in read)
        say(f"{kind}: {len(places)}; flagged by rules alone {alone}, with the reader {flagged}")


def _answers(name: str) -> Iterator[_Said]:
    articles = {row["id"]: row for row in rows(DATA / "news2022" / "articles.jsonl.gz")}
    for row in rows(DATA / name):
        for gold in row.get("gold", ()):
            article = articles[gold["article"]]
            yield _Said(name, row["question"], article["title"], gold["text"], _day(article))
        if row.get("evidence"):
            article = articles[row["gold_article_ids"][0]]
            yield _Said(name, row["question"], article["title"], row["evidence"], _day(article))


def _day(article: dict[str, str]) -> date:
    return date.fromisoformat(article["published"][:10])


def _wanted() -> Iterator[_Said]:
    for attack in attacks():
        for text in (attack.text, *wanted_words(attack.text)):
            yield _Said("planted orders", _QUESTION, _TITLE, text, date(2025, 5, 6))


def _evidence(one: _Said, meaning: float) -> Evidence:
    info = ArticleInfo(id="a", version=1, source="a", outlet="", title=one.title, published=one.published)
    return Evidence(
        ref="a", article=info, sentence=0, start=0, end=len(one.text), text=one.text, score=1.0, meaning=meaning
    )


def _cosines(embedder: Embedder, said: Sequence[_Said]) -> list[float]:
    """Return the cosine of each text with its question."""
    questions, texts = (
        np.asarray(embedder.narrow(np.asarray(embedder.embed(column))), float)
        for column in ([one.question for one in said], [one.text for one in said])
    )
    lengths = np.linalg.norm(questions, axis=1) * np.linalg.norm(texts, axis=1)
    return [float(value) for value in (questions * texts).sum(1) / lengths]


if __name__ == "__main__":
    main()
