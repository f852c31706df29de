from __future__ import annotations

import dataclasses
import io
import json
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.cli.terminal import write_json
from assistant.json_form import to_json
from assistant.records import Answer, Citation, DateMention, Filters, Sentence, Verdict
from tests.fakes.invented import answer_to


def test_an_answer_has_exactly_the_fields_of_its_record() -> None:
    answer = answer_to("the harbour")
    made = to_json(answer)
    assert list(made) == [f.name for f in dataclasses.fields(Answer)]
    assert set(made["evidence"][0]) == {f.name for f in dataclasses.fields(Citation)}
    assert made["statements"][0]["verdict"] == "supported"
    assert made["evidence_from"] == "2025-11-25"
    assert made["evidence"][0]["dates"] == [
        {"start": 32, "end": 42, "first": "2025-11-25", "last": "2025-11-25", "relative": True}
    ]
    assert json.loads(json.dumps(made)) == made


class _Pair(NamedTuple):
    left: int
    right: str


@pytest.mark.parametrize(
    ("value", "made"),
    [
        (Sentence(0, 1, 2), {"index": 0, "start": 1, "end": 2}),
        (_Pair(1, "x"), {"left": 1, "right": "x"}),
        (DateMention(0, 1, date(2025, 1, 2), date(2025, 1, 3), False)._asdict()["last"], "2025-01-03"),
        (Filters(outlets=("A",)), {"since": None, "until": None, "outlets": ["A"], "authors": []}),
        (Verdict.PARTLY, "partly"),
        ((("A", 1), ("B", 2)), [["A", 1], ["B", 2]]),
        ({"folder": Path("a")}, {"folder": "a"}),
        ([True, None, 1.5], [True, None, 1.5]),
    ],
)
def test_each_kind_of_value_has_its_form(value: object, made: object) -> None:
    assert to_json(value) == made


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        to_json({"key": b"x"})


@pytest.mark.parametrize(("encoding", "raw"), [("utf-8", "“日”"), ("ascii", "\\u65e5")])
def test_any_output_encoding_carries_valid_json(monkeypatch: pytest.MonkeyPatch, encoding: str, raw: str) -> None:
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding=encoding, errors="replace")
    monkeypatch.setattr("sys.stdout", stream)
    write_json({"text": "“日” \x1b \u2028 \x9b \x7f \u202e"})
    stream.flush()
    written = buffer.getvalue().decode(encoding)
    assert raw in written
    assert not set(written) & set("\x1b\u2028\x9b\x7f\u202e"), "a terminal would obey these"
    assert json.loads(written) == {"text": "“日” \x1b \u2028 \x9b \x7f \u202e"}
