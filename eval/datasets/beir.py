"""BEIR folders: `corpus.jsonl`, `queries.jsonl` and `qrels/SPLIT.tsv`, as https://github.com/beir-cellar/beir lays out.

Ingest `corpus.jsonl` as it is: its `_id` becomes the source by which the judgements name an article.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from assistant.errors import UsageError
from eval.records import GoldSentence, Suite, SuiteQuestion
from eval.suite_files import json_rows

_SPLITS = ("test", "dev", "train")  # the first there is


def read_beir(folder: Path) -> Suite:
    """Read the queries that have a relevant document, with their grades. Raises `UsageError` for another layout."""
    judged = next((folder / "qrels" / f"{name}.tsv" for name in _SPLITS if _file(folder, name)), None)
    if judged is None or not (folder / "queries.jsonl").is_file():
        raise UsageError(f"{folder} is no BEIR folder: it needs queries.jsonl and qrels/test.tsv.")
    gold = _judgements(judged)
    texts = {str(row["_id"]): str(row["text"]) for _, row in json_rows(folder / "queries.jsonl")}
    if unknown := [query for query in gold if query not in texts]:
        raise UsageError(f"{judged}: the query {unknown[0]!r} is not in queries.jsonl.")
    questions = tuple(SuiteQuestion(id=i, question=text, gold=gold[i]) for i, text in texts.items() if i in gold)
    corpus = folder / "corpus.jsonl"
    archive = str(corpus.resolve()) if corpus.is_file() else ""
    return Suite(name=folder.name, about="A BEIR folder.", questions=questions, archive=archive, path=str(folder))


def _file(folder: Path, split: str) -> bool:
    return (folder / "qrels" / f"{split}.tsv").is_file()


def _judgements(file: Path) -> dict[str, tuple[tuple[GoldSentence, ...], ...]]:
    gold: dict[str, list[tuple[GoldSentence, ...]]] = defaultdict(list)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(csv.reader(lines, delimiter="\t"), 1):
            if number == 1 and row[-1:] == ["score"]:
                continue
            if len(row) != 3 or not row[2].strip().lstrip("-").isdigit():
                raise UsageError(f"{file}, line {number}: expected query-id, corpus-id and a whole number as score.")
            if int(row[2]) > 0:
                gold[row[0]].append((GoldSentence(article=row[1], grade=int(row[2])),))
    return {query: tuple(relevant) for query, relevant in gold.items()}
