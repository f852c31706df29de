from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import RunCli


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text("", encoding="utf-8")
    monkeypatch.setenv("ASSISTANT_CONFIG", str(path))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ASSISTANT_MODEL"):
        monkeypatch.delenv(name, raising=False)
    return path


def test_a_setting_is_kept_shown_and_taken_out(cli: RunCli, file: Path) -> None:
    assert "kept in" in cli("config", "model", "llama3").err
    assert cli("config", "model").out == "llama3\n"
    assert json.loads(cli("config", "model", "--json").out)["model"] == {"value": "llama3", "from": str(file)}
    assert "taken out" in cli("config", "--unset", "model").err
    assert "llama3" not in file.read_text(encoding="utf-8")


def test_a_key_comes_from_standard_input_and_is_never_shown(cli: RunCli, file: Path) -> None:
    refused = cli("config", "api_key", "sk-secret")
    assert refused.code == 2
    assert "assistant config api_key -" in refused.err
    cli("config", "api_key", "-", stdin="sk-secret\n")
    assert "sk-secret" in file.read_text(encoding="utf-8")
    shown = [cli("config"), cli("config", "api_key"), cli("config", "--json")]
    assert all("sk-secret" not in done.out + done.err for done in shown)


def test_what_wins_over_the_file_is_said(cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MODEL", "other")
    assert "ASSISTANT_MODEL is set too" in cli("config", "model", "llama3").err


def test_a_setting_that_does_not_exist_is_named_with_the_nearest(cli: RunCli) -> None:
    assert "Is it model?" in cli("config", "modle", "x").err
    assert cli("config", "--unset").code == 2
