"""Weekly news-quiz questions over 4,931 articles of 2021 and 2022, and questions that those articles cannot answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from eval.datasets.files import DATA, rows
from eval.records import GoldSentence, Suite, SuiteQuestion

FOLDER = DATA / "news2022"

_NO_ARTICLES = frozenset({"e.newsletters.cnn.com/click"})  # a newsletter's link that the set took for an article


def read_news2022(folder: Path = FOLDER) -> Suite:
    """Read 149 answerable and 150 unanswerable questions; the archive is `news2022/articles.jsonl.gz`.

    Gold is known by article only; any of several will do. Where the quiz's answer is not in the words of an article
    ("answer not in text"), only the article counts.
    """
    answerable = tuple(_answerable(row) for row in rows(folder / "questions.jsonl"))
    unanswerable = tuple(_unanswerable(row) for row in rows(folder / "unanswerable.jsonl"))
    return Suite(
        name="news2022",
        about="News-quiz questions asked on their day in 2022; half of them about events of 2025.",
        questions=(*answerable, *unanswerable),
        archive=str(folder / "articles.jsonl.gz"),
        path=str(folder),
    )


def _answerable(row: dict[str, Any]) -> SuiteQuestion:
    in_text = row["answer_in_gold_text"]
    return SuiteQuestion(
        id=row["id"],
        question=row["question"],
        asked_on=date.fromisoformat(row["asked_on"]),
        answers=(tuple(row["answers"]),) if in_text else (),
        gold=(tuple(GoldSentence(article=a) for a in row["gold_article_ids"] if a not in _NO_ARTICLES),),
        tags=("answerable",) if in_text else ("answerable", "answer not in text"),
    )


def _unanswerable(row: dict[str, Any]) -> SuiteQuestion:
    return SuiteQuestion(
        id=f"unanswerable-{row['id']}",
        question=row["question"],
        asked_on=date.fromisoformat(row["asked_on"]),
        unanswerable=True,
        tags=("unanswerable",),
    )
