"""`assistant check` over the invented articles of `tests.fakes.archive`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.cli.check import FAILED, verdicts_named
from assistant.drafts.check_report import CheckReport, DraftVerdict
from assistant.errors import UsageError
from assistant.json_form import from_json
from tests.cli.conftest import RunCli
from tests.fakes import hostile

TRUE = "The last ferry leaves in March."
DRAFT = f"{TRUE} The striker scored twice in Lisbon."


def test_the_draft_stands_above_what_was_found(cli: RunCli) -> None:
    shown = cli("check", "--text", DRAFT)
    assert shown.code == 0
    assert "[1=]" in shown.out.partition("\n\n")[0]
    assert "[2?] not found  The striker scored twice in Lisbon." in shown.out
    assert "2 claims: 1 not found, 1 supported" in shown.out


def test_only_problems_leaves_out_what_is_supported(cli: RunCli) -> None:
    shown = cli("check", "--text", DRAFT, "--only", "problems").out
    assert "[2?]" in shown
    assert "[1=]" not in shown


def test_a_pipeline_can_stand_on_the_exit_code(cli: RunCli) -> None:
    assert cli("check", "--text", DRAFT, "--fail-on", "not found").code == FAILED
    assert cli("check", "--text", DRAFT, "--fail-on", "problems").code == FAILED
    assert cli("check", "--text", TRUE, "--fail-on", "problems").code == 0
    assert cli("check", "--text", DRAFT, "--fail-on", "nothing").code == 0


def test_verdicts_are_named_in_words() -> None:
    assert verdicts_named(None) == {DraftVerdict.CONTRADICTED, DraftVerdict.MISQUOTED}
    assert verdicts_named(["attribution-missing"]) == {DraftVerdict.UNATTRIBUTED}
    with pytest.raises(UsageError, match="none of"):
        verdicts_named(["false"])


def test_json_is_the_report_and_is_read_back(cli: RunCli) -> None:
    shown = cli("check", "--text", DRAFT, "--json", "--dated", "2025-11-28")
    report = from_json(CheckReport, json.loads(shown.out))
    assert [claim.verdict for claim in report.claims] == [DraftVerdict.SUPPORTED, DraftVerdict.NOT_FOUND]
    assert str(report.dated) == "2025-11-28"
    assert shown.err == ""


def test_a_file_and_standard_input_are_drafts(cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "draft.md").write_text(f"# A heading\n\n{DRAFT}\n", encoding="utf-8")
    assert "2 claims" in cli("check", str(tmp_path / "draft.md")).out
    assert "2 claims" in cli("check", "-", stdin=DRAFT).out
    assert "2 claims" in cli("check", stdin=DRAFT).out


def test_an_archive_of_another_subject_is_said_once(cli: RunCli) -> None:
    shown = cli("check", "--text", "The striker scored twice in Lisbon. The telescope saw a distant galaxy.").out
    assert shown.count("Is it the right") == 1
    assert "nearest" not in shown


def test_a_model_is_asked_only_where_one_is_named(cli: RunCli, with_model: None) -> None:
    assert "The model" not in cli("check", "--text", DRAFT).out
    assert "Note: The model other cut 0 sentences" in cli("check", "--text", DRAFT, "--model", "other").out


def test_without_a_server_there_is_no_model_to_name(cli: RunCli) -> None:
    refused = cli("check", "--text", DRAFT, "--model", "small")
    assert (refused.code, "OPENAI_BASE_URL" in refused.err) == (2, True)


def test_a_model_that_is_away_is_named_in_a_line_and_the_check_goes_on(cli: RunCli, with_model: None) -> None:
    shown = cli("check", "--text", f"{DRAFT} The pier broke down in May.", "--model", "small")
    assert shown.code == 0
    assert "3 claims" in shown.out
    assert " ".join(shown.out.split()).count("went on without the model small: No answer from http://localhost") == 1


def test_a_report_is_written_to_pass_on(cli: RunCli, tmp_path: Path) -> None:
    for name, begins in (("r.html", "<!doctype html>"), ("r.md", "# A checked draft"), ("r.json", "{")):
        shown = cli("check", "--text", DRAFT, "--export", str(tmp_path / name))
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)
        assert f"Written: {tmp_path}" in shown.err.replace("\n", "")
    refused = cli("check", "--text", DRAFT, "--export", str(tmp_path / "r.html"))
    assert (refused.code, "--force" in refused.err) == (2, True)


def test_in_the_chat_a_draft_is_checked_within_its_limits(cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text(DRAFT, encoding="utf-8")
    shown = cli("chat", stdin=f"/check {tmp_path / 'draft.txt'} problems\n/outlet Isle News\n/check {tmp_path}/none\n")
    assert "2 claims: 1 not found, 1 supported" in shown.out
    assert "[1=]" not in shown.out
    assert "no file" in shown.err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--text", TRUE, "--export", "r.bib"), "can't be written as bib"),
        (("--text", ""), "empty"),
        (("none.txt",), "no file"),
        (("none.txt", "--text", "x"), "not both"),
        (("--text", TRUE, "--only", "lies"), "--only"),
        (("--text", TRUE, "--dated", "soon"), "--dated"),
        (("--text", TRUE, "--outlet", "Nobody"), "No article has the outlet"),
    ],
)
def test_wrong_use_is_one_line(cli: RunCli, arguments: tuple[str, ...], reason: str) -> None:
    shown = cli("check", *arguments)
    assert shown.code == 2
    assert reason in shown.err
    assert shown.err.count("\n") == 1


def test_nothing_hostile_in_a_draft_reaches_the_terminal(cli: RunCli) -> None:
    shown = cli("check", "--text", f"{TRUE} The ferry {hostile.ALL} carried people to Sand Isle.")
    assert shown.code in (0, FAILED)
    assert "\x1b" not in shown.out
    assert "\u202e" not in shown.out
