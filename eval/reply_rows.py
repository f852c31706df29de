"""Replies of models in the rows of a suite file: read and written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from eval.records import LabelledStatement, SuiteReply, Truth
from eval.suite_fields import list_field, text_field

_FIELDS = frozenset({"text", "truth", "gold", "wrong"})


def reply_of(row: Mapping[str, Any]) -> SuiteReply | None:
    """Return the labelled reply of a question, None without one. Raises `ValueError` or `TypeError`."""
    if "reply" not in row:
        if "statements" in row:
            raise ValueError("statements without a reply")
        return None
    labels = list_field(row.get("statements", []), "statements")
    if not labels:
        raise ValueError("a reply without statements: there is nothing to score")
    return SuiteReply(text=text_field(row["reply"], "reply"), statements=tuple(map(_statement, labels)))


def _statement(row: Any) -> LabelledStatement:
    if not isinstance(row, dict):
        raise TypeError(f"a statement must be an object, not {json.dumps(row)}")
    if unknown := row.keys() - _FIELDS:
        raise ValueError(f"statements: unknown field {min(unknown)!r}; known are {', '.join(sorted(_FIELDS))}")
    truth = text_field(row["truth"], "truth")
    if truth not in list(Truth):
        raise ValueError(f"truth must be one of {', '.join(Truth)}, not {truth!r}")
    return LabelledStatement(
        text=text_field(row["text"], "text"),
        truth=Truth(truth),
        gold=text_field(row.get("gold", ""), "gold"),
        wrong=text_field(row.get("wrong", ""), "wrong"),
    )


def reply_row(reply: SuiteReply) -> dict[str, Any]:
    """Return the fields of a suite's row that hold the reply."""
    labels = [{"text": s.text, "truth": s.truth, "gold": s.gold, "wrong": s.wrong} for s in reply.statements]
    return {"reply": reply.text, "statements": [{n: v for n, v in label.items() if v} for label in labels]}
