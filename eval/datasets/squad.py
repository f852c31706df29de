"""SQuAD 1.1 and 2.0 files, as https://rajpurkar.github.io/SQuAD-explorer lays them out.

Each paragraph is an article, named by its title and place. Its questions know the sentence that holds the answer. In
version 2 a question is unanswerable from its own paragraph; in an archive of all paragraphs another may answer it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.articles.text import normalise
from assistant.english.sentences import split_sentences, trimmed
from assistant.errors import UsageError
from eval.records import GoldSentence, Suite, SuiteQuestion


def read_squad(path: Path) -> Suite:
    """Read all questions of the file. Raises `UsageError` for another layout."""
    try:
        questions = tuple(_question(name, context, row) for name, _, context, rows in _paragraphs(path) for row in rows)
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is no SQuAD file: {error} is missing or of another kind.") from error
    return Suite(
        name=path.stem, about="A SQuAD file.", questions=questions, archive=str(path.resolve()), path=str(path)
    )


def articles(path: Path) -> Iterator[dict[str, str]]:
    """Yield the paragraphs as rows for `assistant ingest`."""
    for name, title, context, _ in _paragraphs(path):
        yield {"id": name, "title": title, "text": context}


def _paragraphs(path: Path) -> Iterator[tuple[str, str, str, list[dict[str, Any]]]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise UsageError(f"{path} is no JSON ({error}).") from error
    for n, article in enumerate(content["data"]):
        title = str(article.get("title", "")).replace("_", " ")
        for m, paragraph in enumerate(article["paragraphs"]):
            yield f"squad-{n}-{m}", title, paragraph["context"], paragraph["qas"]


def _question(name: str, context: str, row: dict[str, Any]) -> SuiteQuestion:
    impossible = bool(row.get("is_impossible", False))
    found = [] if impossible else row["answers"]
    return SuiteQuestion(
        id=str(row["id"]),
        question=row["question"],
        answers=(tuple(dict.fromkeys(a["text"] for a in found)),) if found else (),
        gold=(tuple(dict.fromkeys(_gold(name, context, a["answer_start"], a["text"]) for a in found)),)
        if found
        else (),
        unanswerable=impossible,
        tags=("unanswerable",) if impossible else ("answerable",),
    )


def _gold(name: str, context: str, start: int, answer: str) -> GoldSentence:
    """Return the sentence in which the answer begins, in the paragraph as it is stored."""
    text = normalise(context)
    at = start if text[start : start + len(answer)] == answer else max(text.find(answer), 0)
    sentence = next((s for s in split_sentences(text) if s.start <= at < s.end), None)
    if sentence is None:
        return GoldSentence(article=name)
    first, last = trimmed(text, sentence)
    return GoldSentence(article=name, text=text[first:last])
