"""Another model, or none, in the middle of a conversation."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.app import Assistant
from assistant.errors import UsageError
from assistant.settings import Settings
from tests.fakes.server import Says, model_server

ARTICLE = """Title: Bridge closed
Date: 2025-03-04

The bridge at Orrin was closed on Monday after inspectors had found 14 cracks in its third pier.
"""


def test_the_next_question_goes_to_the_model_that_was_chosen(tmp_path: Path, model_cache: Path) -> None:
    (tmp_path / "bridge.txt").write_text(ARTICLE, encoding="utf-8")
    with model_server() as server:
        server.default = Says(["Inspectors had found 14 cracks in its third pier. [1]"])
        settings = Settings(base_url=server.base_url, model="small", cache=model_cache, reader="off")
        with Assistant.open(tmp_path / "library", settings=settings) as assistant:
            assistant.ingest([tmp_path / "bridge.txt"])
            chat = assistant.conversation()
            for model in ("small", "large", ""):
                assistant.choose_model(model)
                assert assistant.model_name == model
                answer = chat.ask("How many cracks had inspectors found in the bridge at Orrin?").answer
                assert not answer.abstained
                assert bool(answer.model) is bool(model)
            assert [request["model"] for request in server.requests] == ["small", "large"]


def test_without_a_server_there_is_no_model_to_choose(tmp_path: Path) -> None:
    with Assistant.open(tmp_path / "library", settings=Settings(reader="off")) as assistant:
        with pytest.raises(UsageError, match="OPENAI_BASE_URL"):
            assistant.choose_model("small")
        assistant.choose_model("")
        assert assistant.model_name == ""
