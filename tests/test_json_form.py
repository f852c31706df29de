"""Records survive the way into JSON and back; what does not fit is refused."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.json_form import from_json, json_text, to_json
from assistant.library_reports import IngestReport
from assistant.records import (
    Answer,
    ArticleInfo,
    Citation,
    DateMention,
    Evidence,
    Filters,
    Retrieved,
    Statement,
    StoredArticle,
    Turn,
    Usage,
    Verdict,
)

RECORDS = [Answer, ArticleInfo, Citation, Evidence, Filters, IngestReport, Retrieved, Statement, StoredArticle, Turn]

st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())  # an answer holds some hundred fields
def test_a_record_comes_back_equal(kind: type[Any], data: st.DataObject) -> None:
    record = data.draw(st.from_type(kind))
    assert from_json(kind, json.loads(json_text(record))) == record


@given(text=st.text())
def test_no_character_that_a_terminal_obeys_is_left(text: str) -> None:
    written = json_text({"text": text})
    assert not any(c in written for c in "\x1b\x9b\u202e\u200b\u2066")
    assert json.loads(written) == {"text": text}


def test_an_older_file_without_a_newer_field_is_read() -> None:
    usage = to_json(Usage(prompt_tokens=1, completion_tokens=2))
    assert from_json(Usage, usage | {"unheard_of": 3}) == Usage(prompt_tokens=1, completion_tokens=2)
    assert from_json(Filters, {}) == Filters()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Usage, {"prompt_tokens": "1", "completion_tokens": 2}),
        (Usage, {"prompt_tokens": 1}),
        (Usage, []),
        (Filters, {"since": "yesterday"}),
        (Filters, {"outlets": "Reuters"}),
        (DateMention, {"start": True, "end": 2, "first": "2025-01-01", "last": "2025-01-01", "relative": False}),
        (Verdict, "perhaps"),
        (date | None, 5),
    ],
)
def test_what_does_not_fit_is_a_value_error(kind: type[Any], value: Any) -> None:
    with pytest.raises(ValueError, match=r"not a|Invalid"):
        from_json(kind, value)
