"""What a language model's statements are worth after the check: how many are shown as supported, and which.

    python -m eval.experiments.real_model --library FOLDER --questions FILE --base-url URL --statements OUT --sheet OUT

`--questions` holds JSON lines with `question` and `asked_on`. `--statements` gets one JSON line for each statement.
`--sheet` gets a random 100 of those shown as supported, each with nothing but the sentences that it cites, for somebody
to read without knowing more: a statement is supported when its sentences alone prove all of it.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from assistant import Assistant
from assistant.errors import ModelError
from assistant.records import Answer, Citation, Statement, Verdict
from assistant.settings import load

READ = 100  # statements on the sheet


def main() -> None:
    """Ask every question, write what came, print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("library", "questions", "statements"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--sheet", type=Path)
    chosen = parser.parse_args()
    settings = load(base_url=chosen.base_url, answer_tokens=300).settings
    questions = [json.loads(line) for line in chosen.questions.read_text(encoding="utf-8").splitlines()]
    counts: Counter[str] = Counter()
    rows: list[dict[str, Any]] = []
    began = time.monotonic()
    with Assistant.open(chosen.library, settings=settings, create=False) as assistant:
        for question in questions:
            rows += _asked(assistant, question, counts)
    chosen.statements.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    if chosen.sheet:
        chosen.sheet.write_text("\n".join(_sheet(rows)), encoding="utf-8")
    print(f"{len(questions)} questions in {time.monotonic() - began:.0f} s\n\n| what | how many |\n|---|---|")
    for what, number in sorted(counts.items()):
        print(f"| {what} | {number} |")


def _asked(assistant: Assistant, question: dict[str, Any], counts: Counter[str]) -> list[dict[str, Any]]:
    try:
        given = assistant.ask(question["question"], asked_on=date.fromisoformat(question["asked_on"]))
    except ModelError as error:
        counts[f"failed: {type(error).__name__}"] += 1
        return []
    counts[_kind(given)] += 1
    counts.update(f"statement {verdict}" for verdict in (*(s.verdict for s in given.statements), *given.left_out))
    return [_row(question["question"], statement) for statement in given.statements]


def _kind(given: Answer) -> str:
    if not given.abstained:
        return "answered"
    return "abstained after the model" if given.model else "abstained before the model"


def _row(question: str, statement: Statement) -> dict[str, Any]:
    return {
        "question": question,
        "statement": statement.text,
        "verdict": statement.verdict,
        "problems": statement.problems,
        "verbatim": any(statement.text == citation.text for citation in statement.citations),
        "cited": [_words(citation) for citation in statement.citations],
    }


def _words(citation: Citation) -> str:
    return f"{citation.article.outlet}, {citation.article.published}: {citation.text}"


def _sheet(rows: list[dict[str, Any]]) -> Iterator[str]:
    supported = [row for row in rows if row["verdict"] == Verdict.SUPPORTED]
    random.Random(0).shuffle(supported)  # noqa: S311  # a sample, not a secret
    for number, row in enumerate(supported[:READ], start=1):
        yield f"{number}. {row['statement']}"
        yield from (f"      <- {cited}" for cited in row["cited"])


if __name__ == "__main__":
    main()
