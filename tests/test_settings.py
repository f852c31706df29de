"""Where a setting comes from, and that keys are never shown."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.settings import HOSTED_MODEL, Settings, load


def test_flags_win_over_the_environment_which_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("model: from-file\nevidence: 5\nprompt_tokens: 900\n", encoding="utf-8")
    environment = {"ASSISTANT_CONFIG": str(file), "ASSISTANT_MODEL": "from-env", "ASSISTANT_EVIDENCE": "6"}
    loaded = load(environment, model="from-flag", base_url=None)
    assert (loaded.settings.model, loaded.settings.evidence, loaded.settings.prompt_tokens) == ("from-flag", 6, 900)
    origins = loaded.origins
    assert (origins["model"], origins["evidence"], origins["prompt_tokens"], origins["timeout"]) == (
        "flag",
        "ASSISTANT_EVIDENCE",
        str(file),
        "default",
    )


def test_without_anything_no_model_is_configured() -> None:
    settings = load({}).settings
    assert not settings.model_configured
    assert Path(str(settings.library)).name == "library"


def test_a_key_alone_asks_the_hosted_model_and_a_server_alone_its_own() -> None:
    assert load({"OPENAI_API_KEY": "k"}).settings.model == HOSTED_MODEL
    local = load({"OPENAI_BASE_URL": "http://localhost:11434/v1"}).settings
    assert (local.model, local.model_configured) == ("", True)
    assert not load({"OPENAI_API_KEY": "k"}, use_model=False).settings.model_configured


def test_the_old_name_of_the_server_is_understood_and_said() -> None:
    loaded = load({"OPENAI_API_BASE": "http://localhost:1/v1"})
    assert loaded.settings.base_url == "http://localhost:1/v1"
    assert "OPENAI_BASE_URL" in loaded.notices[0]


@pytest.mark.parametrize("name", ["api_key", "embedding_api_key"])
def test_keys_are_masked_in_the_representation(name: str) -> None:
    shown = repr(Settings(**{name: "sk-secret"}))  # type: ignore[arg-type]
    assert "sk-secret" not in shown
    assert f"{name}='set'" in shown


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("model: x\nevidence: [", "not valid YAML, line 2"),
        ("[" * 20_000, "must hold lines"),
        ("model: {a: b}\n", "not a valid value"),
        ("evidence: 1.5\n", "not a valid value"),
        ("evidence: true\n", "not a valid value"),
        ("timeout: .nan\n", "not a valid value"),
        ("timeout: .inf\n", "not a valid value"),
        ("library: ~nobody-of-this-name/x\n", "not a valid value"),
        ("- a\n- b\n", "must hold lines"),
        ("modle: x\n", "unknown setting 'modle'"),
        ("evidence: many\n", "not a valid value"),
        ("evidence: 0\n", "between 1 and 100"),
        ("embedder: bert\n", "minilm"),
    ],
)
def test_a_bad_configuration_file_is_one_clear_line(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=words) as caught:
        load({"ASSISTANT_CONFIG": str(file)})
    assert "\n" not in str(caught.value)


def test_a_setting_without_a_value_sets_nothing(tmp_path: Path) -> None:
    """The word "None" must not be sent as a key, nor asked for as a model."""
    file = tmp_path / "config.yaml"
    file.write_text("api_key:\nmodel: null\nevidence: ~\n", encoding="utf-8")
    loaded = load({"ASSISTANT_CONFIG": str(file)})
    assert (loaded.settings.api_key, loaded.settings.model, loaded.settings.evidence) == ("", "", 12)
    assert loaded.origins["api_key"] == "default"


def test_a_key_in_a_bad_place_is_not_repeated_in_the_error() -> None:
    with pytest.raises(UsageError) as caught:
        load({"ASSISTANT_EVIDENCE": "x", "OPENAI_API_KEY": "sk-secret"})
    assert "sk-secret" not in str(caught.value)


def test_every_setting_has_a_variable_and_a_description() -> None:
    for spec in dataclasses.fields(Settings):
        assert spec.metadata["env"].isupper()
        assert len(spec.metadata["about"]) > 10
