"""What a language model's statements are worth after the check: how many are shown as supported, and which.

    python -m eval.experiments.real_model --library FOLDER --questions FILE --base-url URL --replies FILE [--sheet OUT]

`--questions` holds JSON lines with `question` and `asked_on`. `--replies` gets one JSON line for each question as soon
as it is answered; questions that it holds already are not asked again, so a run that was stopped goes on where it was.
`--sheet` gets a random 100 of the statements shown as supported, each with nothing but the sentences that it cites, for
somebody to read without knowing more: a statement is supported when its sentences alone prove all of it.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant import Assistant
from assistant.answering.checks.quotes import same_words
from assistant.answering.markers import parse_statements
from assistant.answering.model import ChatModel, OnText, Reply
from assistant.answering.prompt import Message
from assistant.errors import ModelError
from assistant.records import Answer, Citation, Statement, Verdict
from assistant.settings import load

READ = 100  # statements on the sheet
_PATIENCE_S = 600.0  # for one reply: small machines read a prompt slowly


@dataclass
class _Recording:
    """A model whose last reply is kept until it is taken."""

    model: ChatModel
    text: str = ""

    def complete(self, messages: Sequence[Message], *, max_tokens: int, on_text: OnText | None = None) -> Reply:
        reply = self.model.complete(messages, max_tokens=max_tokens, on_text=on_text)
        self.text = reply.text
        return reply

    def taken(self) -> str:
        text, self.text = self.text, ""
        return text


def main() -> None:
    """Ask the questions that were not asked yet, write what came, print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("library", "questions", "replies"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--answer-tokens", type=int, default=300)
    parser.add_argument("--sheet", type=Path)
    chosen = parser.parse_args()
    settings = load(
        base_url=chosen.base_url, answer_tokens=chosen.answer_tokens, timeout=_PATIENCE_S, deadline=_PATIENCE_S
    ).settings
    recordings: list[_Recording] = []

    def recorded(model: ChatModel) -> ChatModel:
        recordings.append(_Recording(model))
        return recordings[-1]

    asked = {row["question"] for row in _rows(chosen.replies)} if chosen.replies.exists() else set()
    questions = _rows(chosen.questions)
    random.Random(0).shuffle(questions)  # noqa: S311  # so that a run cut short is a fair sample
    waiting = [question for question in questions if question["question"] not in asked]
    with (
        Assistant.open(chosen.library, settings=settings, create=False, wrap_model=recorded) as assistant,
        chosen.replies.open("a", encoding="utf-8") as replies,
    ):
        for question in waiting:
            row = {**_asked(assistant, question), "reply": "".join(recording.taken() for recording in recordings)}
            print(json.dumps(row, ensure_ascii=False), file=replies, flush=True)
    rows = _rows(chosen.replies)
    if chosen.sheet:
        chosen.sheet.write_text("\n".join(_sheet(rows)), encoding="utf-8")
    print("\n".join(_table(rows)))


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _asked(assistant: Assistant, question: dict[str, Any]) -> dict[str, Any]:
    """What came of one question."""
    row: dict[str, Any] = {"question": question["question"], "statements": [], "left_out": []}
    try:
        given = assistant.ask(question["question"], asked_on=date.fromisoformat(question["asked_on"]))
    except ModelError as error:
        return {**row, "outcome": f"failed: {type(error).__name__}"}
    statements = [_statement(statement) for statement in given.statements]
    return {
        **row,
        "outcome": _outcome(given),
        "reason": given.reason,
        "statements": statements,
        "left_out": given.left_out,
    }


def _outcome(given: Answer) -> str:
    if not given.abstained:
        return "answered"
    return "abstained after the model" if given.model else "abstained before the model"


def _statement(statement: Statement) -> dict[str, Any]:
    return {
        "statement": statement.text,
        "verdict": statement.verdict,
        "problems": statement.problems,
        "verbatim": any(same_words(statement.text, citation.text) for citation in statement.citations),
        "cited": [_words(citation) for citation in statement.citations],
    }


def _words(citation: Citation) -> str:
    return f"{citation.article.outlet}, {citation.article.published}: {citation.text}"


def _table(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    counts: Counter[str] = Counter(row["outcome"] for row in rows)
    counts["replies with a marker"] = sum(any(s.numbers for s in parse_statements(row["reply"])) for row in rows)
    statements = [statement for row in rows for statement in row["statements"]]
    counts.update(f"statement {s['verdict']}" for s in statements)
    counts.update(f"statement {verdict}, withheld with its answer" for row in rows for verdict in row["left_out"])
    counts["statement supported, word for word its sentence"] = sum(
        s["verdict"] == Verdict.SUPPORTED and s["verbatim"] for s in statements
    )
    yield f"{len(rows)} questions\n\n| what | how many |\n|---|---|"
    for what, number in sorted(counts.items()):
        yield f"| {what} | {number} |"


def _sheet(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    supported = [s for row in rows for s in row["statements"] if s["verdict"] == Verdict.SUPPORTED]
    random.Random(0).shuffle(supported)  # noqa: S311  # a sample, not a secret
    for number, row in enumerate(supported[:READ], start=1):
        yield f"{number}. {row['statement']}"
        yield from (f"      <- {cited}" for cited in row["cited"])


if __name__ == "__main__":
    main()
