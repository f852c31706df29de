"""Each finding says how something stands and, where it is wrong, what to do; keys never show."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from assistant.library_reports import LibraryFinding, LibraryHealth
from assistant.serve.access import new_token
from assistant.serve.listening import listening
from tests.cli.conftest import RunCli
from tests.fakes.archive import RecordingAssistant
from tests.fakes.server import model_server

KEY = "sk-very-secret"


@pytest.fixture(autouse=True)
def no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    for name in ("ASSISTANT_CONFIG", "OPENAI_API_KEY", "OPENAI_BASE_URL", "ASSISTANT_MODEL"):
        monkeypatch.delenv(name, raising=False)


def findings(cli: RunCli, *arguments: str) -> dict[str, dict[str, str]]:
    return {finding["name"]: finding for finding in json.loads(cli("doctor", "--json", *arguments).out)}


def test_all_is_well_without_a_model(cli: RunCli) -> None:
    done = cli("doctor")
    assert done.code == 0
    assert "FAULT" not in done.out
    assert "OPENAI_BASE_URL" in done.out  # how to add one
    assert {"program", "settings", "library", "disk", "embedder", "model"} <= findings(cli).keys()


def test_a_model_that_the_server_lacks_is_a_failure_that_lists_those_it_has(
    cli: RunCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    with model_server() as server:
        server.models, server.model_facts = ["llama3", "phi"], {"context_length": 8192}
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        for name, state in (("llama3", "ok"), ("lama3", "failure"), ("", "failure")):
            monkeypatch.setenv("ASSISTANT_MODEL", name)
            assert findings(cli)["model"]["state"] == state
        assert "llama3, phi" in findings(cli)["model"]["found"]
        assert cli("doctor").code == 1
        assert KEY not in cli("doctor").out


@pytest.mark.parametrize(("context", "state"), [(8192, "ok"), (2048, "failure"), (None, "warning")])
def test_a_context_too_small_for_a_question_is_found(
    context: int | None, state: str, cli: RunCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    with model_server() as server:
        server.models, server.model_facts = ["m"], {"context_length": context}
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        found = findings(cli)["context"]
    assert found["state"] == state
    assert ("assistant config prompt_tokens" in found["remedy"]) == (state == "failure")


def test_a_server_that_does_not_answer_is_a_failure_unless_left_out(
    cli: RunCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert findings(cli)["model"]["state"] == "failure"
    assert findings(cli, "--offline")["model"]["state"] == "ok"


def test_a_faulty_configuration_file_is_a_finding_not_the_end(
    cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("modle: x\n", encoding="utf-8")
    monkeypatch.setenv("ASSISTANT_CONFIG", str(file))
    done = cli("doctor")
    assert done.code == 1
    assert "unknown setting 'modle'" in done.out


def test_a_fault_is_found_and_mended(cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = LibraryHealth(findings=(LibraryFinding("vector index", "12 passages are missing"),))
    whole = LibraryHealth(findings=(LibraryFinding("vector index", ""),), repaired=("the vector index was built anew",))
    monkeypatch.setattr(RecordingAssistant, "check_library", lambda _: fault)
    monkeypatch.setattr(RecordingAssistant, "repair", lambda _: whole)
    done = cli("doctor")
    assert done.code == 1
    assert "12 passages are missing" in done.out
    assert "assistant doctor --repair" in done.out
    mended = cli("doctor", "--repair")
    assert mended.code == 0
    assert "built anew" in mended.out


def test_the_token_and_the_server_are_looked_at(cli: RunCli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "serve" / "token"
    monkeypatch.setattr("assistant.serve.launch.token_file", lambda: file)
    assert findings(cli, "--offline")["token"]["state"] == "ok"
    assert not file.exists()  # none is made by looking
    new_token(file)
    assert findings(cli, "--offline")["token"]["state"] == "ok"
    file.chmod(0o644)
    found = findings(cli, "--offline")["token"]
    assert found["state"] == "failure"
    assert "chmod 600" in found["found"]
    with listening("127.0.0.1", 0) as bound:
        taken = bound.getsockname()[1]
    monkeypatch.setattr("assistant.serve.launch.PORT", taken)  # nobody listens there any more
    assert "not running" in findings(cli)["server"]["found"]
    with model_server() as other:
        monkeypatch.setattr("assistant.serve.launch.PORT", urlsplit(other.base_url).port)
        assert findings(cli)["server"]["state"] == "warning"
