"""The configuration file is edited in place: what the person wrote stays, what is kept is read back."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.errors import UsageError
from assistant.settings import load, read_config, with_setting
from assistant.yaml_form import edited_config, write_config

KNOWN = ("model", "base_url", "evidence")
values = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")).filter(bool)


@given(value=values)
@example(value=":")
def test_any_value_is_read_back_as_it_was_given(value: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("config") / "config.yaml"
    write_config(file, "# mine\nevidence: 5  # few\n")
    write_config(file, edited_config(file, "model", value))
    assert str(read_config(file, KNOWN)["model"]) == value
    assert file.read_text(encoding="utf-8").startswith("# mine\nevidence: 5  # few\n")
    write_config(file, edited_config(file, "model", None))
    assert file.read_text(encoding="utf-8") == "# mine\nevidence: 5  # few\n"


def test_a_setting_is_changed_where_it_stood(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("model: old\n# the server\nbase_url: http://localhost:1/v1\n", encoding="utf-8")
    assert edited_config(file, "model", "new") == "model: new\n# the server\nbase_url: http://localhost:1/v1\n"


def test_a_value_over_several_lines_is_left_to_the_person(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("model: >\n  a\n  b\nevidence: 5\n", encoding="utf-8")
    with pytest.raises(UsageError, match="edit the file by hand"):
        edited_config(file, "model", "new")


def test_the_file_is_for_its_owner_alone_and_a_link_stays_one(tmp_path: Path) -> None:
    link, real = tmp_path / "config.yaml", tmp_path / "real.yaml"
    real.write_text("evidence: 5\n", encoding="utf-8")
    link.symlink_to(real)
    with_setting("api_key", "k", {"ASSISTANT_CONFIG": str(link)})
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert load({"ASSISTANT_CONFIG": str(link)}).settings.api_key == "k"


def test_a_setting_is_checked_before_it_is_kept(tmp_path: Path) -> None:
    environment = {"ASSISTANT_CONFIG": str(tmp_path / "new" / "config.yaml")}
    for name, value, problem in [
        ("evidence", "0", "between"),
        ("evidence", "x", "not a valid"),
        ("modle", "x", "model"),
    ]:
        with pytest.raises(UsageError, match=problem):
            with_setting(name, value, environment)
    assert not (tmp_path / "new").exists()
    with_setting("evidence", "7", environment)
    assert load(environment).settings.evidence == 7


def test_a_mistyped_name_of_the_file_is_not_taken_for_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load({"ASSISTANT_CONFIG": str(tmp_path / "confg.yaml")})
