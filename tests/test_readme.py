"""README.md and docs/ say what is true: what the program can tell of itself is made by it, the rest is tried here."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import errors, records
from assistant.articles.formats import PACKED, known_suffixes
from assistant.cli.chat.commands import command_names
from assistant.cli.check import FAILED
from assistant.settings import Settings
from research.tools import picture, readme

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = readme.REFERENCE.read_text(encoding="utf-8")
PAGES = {file.name: file.read_text(encoding="utf-8") for file in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))}
COMMANDS = [" ".join(words) for words in readme.commands()]
MADE = [(file, name) for file, makers in readme.BLOCKS.items() for name in makers]
REMEDY = "run: python -m research.tools.readme"


def paragraph(beginning: str, page: str = README) -> str:
    return next(part for part in page.split("\n\n") if part.startswith(beginning))


@pytest.mark.parametrize(("file", "name"), MADE, ids=[name for _, name in MADE])
def test_what_the_program_tells_of_itself_is_up_to_date(file: Path, name: str) -> None:
    written, made = readme.block(file.read_text(encoding="utf-8"), name), readme.BLOCKS[file][name]()
    assert readme.same(written, made), f"{REMEDY}\n{made}"


def test_the_tool_changes_nothing_else() -> None:
    names = readme.BLOCKS[readme.README]
    changed = readme.rewritten(README, dict.fromkeys(names, lambda: "new"))
    assert [readme.block(changed, name) for name in names] == ["new"] * len(names)
    outside = re.compile(r"(<!-- (\w+) -->).*?(<!-- /\2 -->)", re.DOTALL)
    assert outside.sub(r"\1\3", changed) == outside.sub(r"\1\3", README)


def test_ids_that_depend_on_the_folder_of_the_checkout_make_no_difference() -> None:
    assert readme.same("[1] 6e1bef84ad-cc472d-4", "[1] 0000000000-cc472d-4")
    assert not readme.same("[1] 6e1bef84ad-cc472d-4", "[1] 6e1bef84ad-cc472d-5")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_shown_with_its_options(command: str) -> None:
    shown = readme.block(REFERENCE, "help")
    synopsis = re.search(rf"^    assistant {command}\b.*(?:\n {{8,}}.*)*", shown, re.MULTILINE)
    assert synopsis
    flags = set(re.findall(r"--[a-z-]+", readme.run_assistant(*command.split(), "--help", columns=200))) - {"--help"}
    assert flags == set(re.findall(r"--[a-z-]+", synopsis[0]))


@pytest.mark.parametrize("page", PAGES)
def test_commands_used_in_examples_exist(page: str) -> None:
    used = re.findall(r"(?:`|^    (?:\.venv/bin/|\$ )?|^)assistant ([a-z]+(?: [a-z]+)?)", PAGES[page], re.MULTILINE)
    known = {name.split()[0] for name in COMMANDS} | set(COMMANDS)
    assert {words for words in used if words not in known and words.split()[0] not in known} == set()


def test_the_pages_use_every_command() -> None:
    told = "\n".join(PAGES.values())
    assert [name for name in COMMANDS if f"assistant {name}" not in told] == []


def test_every_setting_is_listed() -> None:
    table = readme.block(REFERENCE, "settings")
    for field in dataclasses.fields(Settings):
        assert f"| `{field.name}` | `{field.metadata['env']}` |" in table


def test_the_slash_commands_are_those_of_the_chat() -> None:
    assert re.findall(r"`(/[a-z-]+)", paragraph("In the chat:", REFERENCE)) == command_names()


def exit_codes(kind: type[errors.AssistantError]) -> Iterator[int]:
    yield kind.exit_code
    for inner in kind.__subclasses__():
        yield from exit_codes(inner)


def test_the_exit_codes_are_those_of_the_errors() -> None:
    told = [int(number) for number in re.findall(r"\b\d+\b", paragraph("Exit codes:", REFERENCE))]
    assert told == sorted({0, FAILED, 130, *exit_codes(errors.AssistantError)})


def test_the_kinds_of_files_are_those_that_are_read() -> None:
    told = re.findall(r"`(\.[a-z]+)`", paragraph("`ingest` reads", PAGES["sources.md"]))
    assert set(told) <= {*known_suffixes(), PACKED}
    assert len(told) > 5


def test_the_make_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    used = re.findall(r"\bmake ([a-z]+)", README)
    assert {"demo", "test"} <= set(used)
    for target in used:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    folder = ROOT if page == "README.md" else ROOT / "docs"
    for link in re.findall(r"\]\(([^)#]+)", PAGES[page]):
        assert link.startswith("https://") or (folder / link).is_file(), link


def test_the_fields_named_are_those_of_the_records() -> None:
    told = paragraph("An `Evidence` or `Citation` carries").partition("An `Answer` carries")
    kinds = ((records.Citation, records.ArticleInfo), (records.Answer, records.Statement))
    for text, (kind, inner) in zip((told[0], told[2]), kinds, strict=True):
        fields = {f.name for k in (kind, inner) for f in dataclasses.fields(k)}
        words = re.findall(r"`([a-z_]+)`", text)
        assert len(words) > 8
        assert set(words) <= fields


def test_the_python_example_runs(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(examples, tmp_path / "clippings")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 10
    assert re.match(r"0\.\d+ .+ 2025-\d\d-\d\d ", lines[0])
    assert re.match(r"supported .+ \['[0-9a-f]{10}-[0-9a-f]{6}-\d+'\]$", lines[-1])


def test_the_number_of_example_articles_is_right(examples: Path) -> None:
    rows = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in examples.rglob("*.jsonl"))
    files = sum(file.is_file() and file.suffix != ".jsonl" for file in examples.rglob("*"))
    assert f"{rows + files} invented example articles" in README


def test_the_picture_shows_what_the_program_prints() -> None:
    assert readme.same(picture.PICTURE.read_text(encoding="utf-8"), picture.picture()), (
        "run: python -m research.tools.picture"
    )


def test_the_picture_is_small_and_loads_nothing() -> None:
    drawn = picture.PICTURE.read_text(encoding="utf-8")
    assert len(drawn) < 100_000
    assert set(re.findall(r"https?://[^\"' )<]+", drawn)) == {"http://www.w3.org/2000/svg"}
    assert "font-face" not in drawn
