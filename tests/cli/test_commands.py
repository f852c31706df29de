from __future__ import annotations

import dataclasses
import io
import json
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

from assistant.app import Assistant
from assistant.cli.archive import _exit_code
from assistant.cli.reports import ingest_parts, size, status_parts
from assistant.library_reports import IngestReport, LibraryStatus
from assistant.places import LibraryPlace
from assistant.records import Answer, Evidence, Filters, Skipped
from assistant.settings import Settings
from tests.cli.conftest import RunCli
from tests.fakes.archive import CLOSES, RecordingOpener, write_rows

pytestmark = pytest.mark.usefixtures("with_model")
HARBOUR = "cdbed8b181-151f87e2d1-"  # the beginning of a reference


def names(record: type) -> set[str]:
    return {f.name for f in dataclasses.fields(record)}


def test_ask_answers_on_standard_output_and_keeps_notes_off_it(cli: RunCli) -> None:
    done = cli("ask", "what", "about", "the", "harbour", "--usage")
    assert done.code == 0
    assert " ".join(done.out.split()).startswith(f"{CLOSES} [1][3] Sources")
    (notice,) = done.opener.opened[0].notices
    assert " ".join(done.err.split()) == f"Note: {notice}"
    assert notice not in " ".join(done.out.split())
    assert done.opener.calls[0][1]["question"] == "what about the harbour"
    assert done.opener.opened[0].closed


def test_what_the_archive_says_while_it_works_follows_the_result(cli: RunCli) -> None:
    class Rebuilding(RecordingOpener):
        def __call__(
            self, folder: LibraryPlace, *, settings: Settings, create: bool, on_notice: Callable[[str], None]
        ) -> Assistant:
            on_notice("The search index is being rebuilt.")
            return super().__call__(folder, settings=settings, create=create, on_notice=on_notice)

    done = cli("ask", "harbour", opener=Rebuilding())
    assert done.err == "Note: The search index is being rebuilt.\n"
    assert "Note" not in done.out
    assert cli("ask", "harbour", "-q", opener=Rebuilding()).err == ""


def test_quiet_leaves_only_the_result(cli: RunCli) -> None:
    assert cli("ask", "harbour", "-q", "--usage").err == ""


def test_an_abstention_is_a_success(cli: RunCli) -> None:
    done = cli("ask", "weather?")
    assert done.code == 0
    assert "The archive does not say." in done.out


@pytest.mark.parametrize("arguments", [("ask", "-"), ("ask",)])
def test_a_question_may_be_piped_in(cli: RunCli, arguments: tuple[str, ...]) -> None:
    done = cli(*arguments, stdin="the\n harbour?\n")
    assert done.opener.calls[0][1]["question"] == "the harbour?"


def test_an_undecodable_question_does_not_crash_later(cli: RunCli) -> None:
    assert cli("ask", "harbour \udcff").opener.calls[0][1]["question"] == "harbour ?"


def test_no_question_is_an_error(cli: RunCli) -> None:
    done = cli("ask", "  ", stdin="\n")
    assert done.code == 2
    assert done.err.startswith("Error: There is no question")
    assert done.opener.opened == []


def test_filters_reach_the_library(cli: RunCli) -> None:
    limits = (
        "--since",
        "2025-11-01",
        "--until",
        "2025-11-30",
        "--outlet",
        "alder",
        "--outlet",
        "Isle News",
        "--author",
        "bo",
    )
    held = ("Alder Courier", "Isle News")  # as the archive spells them
    expected = Filters(since=date(2025, 11, 1), until=date(2025, 11, 30), outlets=held, authors=("Bo Marr",))
    for command in ("ask", "search"):
        call = cli(command, "harbour", *limits, "--asked-on", "2025-12-01").opener.calls[0][1]
        assert call["filters"] == expected
        assert call["asked_on"] == date(2025, 12, 1)
    assert cli("chat", *limits).opener.calls[0][1]["filters"] == expected


@pytest.mark.parametrize("command", [("ask", "harbour"), ("search", "harbour"), ("chat",)])
@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (("--outlet", "Aldr Courier"), "No article has the outlet 'Aldr Courier'. Did you mean Alder Courier?"),
        (("--outlet", "courier"), "No article has the outlet 'courier'. Did you mean Alder Courier?"),
        (("--outlet", "Xyzzy"), "No article has the outlet 'Xyzzy'. Those it has: assistant status --json"),
        (("--author", "Nobody"), "No article has the author 'Nobody'."),
    ],
)
def test_a_name_that_no_article_has_is_no_limit_but_a_mistake(
    cli: RunCli, command: tuple[str, ...], limit: tuple[str, ...], told: str
) -> None:
    done = cli(*command, *limit)
    assert (done.code, done.out, done.err) == (2, "", f"Error: {told}\n")


@pytest.mark.parametrize("day", ["20251101", "2025-11-1", "2025-02-30", "yesterday", "2025-W48-4", "٢٠٢٥-11-01", ""])
@pytest.mark.parametrize("option", ["--since", "--until", "--asked-on"])
def test_a_malformed_day_is_refused_by_name(cli: RunCli, option: str, day: str) -> None:
    done = cli("ask", "harbour", option, day)
    assert done.code == 2
    assert done.err.startswith(f"Error: {option}: ")
    assert done.err.count("\n") == 1


def test_a_span_that_ends_before_it_begins_is_refused(cli: RunCli) -> None:
    done = cli("search", "x", "--since", "2025-12-01", "--until", "2025-11-01")
    assert done.code == 2
    assert "No day lies between 2025-12-01 and 2025-11-01" in done.err


def test_flags_become_settings(cli: RunCli, library: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(library, tmp_path / "other"))
    flags = ("-m", "small", "--base-url", "http://localhost:1/v1", "--library", str(other))
    used = cli("ask", "harbour", *flags).opener.opened[0].settings
    assert (used.model, used.base_url, used.library) == ("small", "http://localhost:1/v1", other)
    assert used.model_configured
    assert not cli("ask", "harbour", *flags, "--no-model").opener.opened[0].settings.model_configured


def test_ask_as_json_is_the_record_and_nothing_else(cli: RunCli) -> None:
    done = cli("ask", "harbour", "--json", "--usage")
    assert set(json.loads(done.out)) == names(Answer)
    assert done.err == ""


def test_search_lists_ranked_sentences(cli: RunCli) -> None:
    done = cli("search", "harbour", "-n", "2")
    assert re.match(r" 1\. 0\.\d\d  Alder Courier · 27 Nov 2025 · Old harbour to close", done.out)
    assert re.search(r"^ 2\. 0\.\d\d  ", done.out, re.MULTILINE)
    assert " 3. " not in done.out
    found = json.loads(cli("search", "harbour", "--json").out)
    assert set(found[0]) == names(Evidence)


def test_search_explains_how_a_question_was_understood(cli: RunCli) -> None:
    done = cli("search", "harbour", "--explain")
    assert re.search(r"^Terms     harbour \d\.\d$", done.out, re.MULTILINE)
    assert "\x1b" not in done.out
    assert "Asks for  timeline\nSubject   “the ferry”\n" in cli("search", "Timeline of the ferry", "--explain").out
    found = json.loads(cli("search", "harbour", "--explain", "--json").out)
    assert list(found["understood"]["query"]["terms"]) == ["harbour"]
    assert set(found["evidence"][0]) == names(Evidence)


def test_ask_explains_how_a_question_was_understood_before_it_answers(cli: RunCli) -> None:
    plain = cli("ask", "harbour", "--no-model").out
    done = cli("ask", "harbour", "--no-model", "--explain")
    assert done.out.startswith("Asks for  one fact")
    assert done.out.endswith(f"\n\n{plain}")  # the answer is the same
    found = json.loads(cli("ask", "harbour", "--no-model", "--explain", "--json").out)
    assert found.keys() == {"understood", *names(Answer)}
    assert (found["understood"]["subject"], found["understood"]["articles"]) == ("harbour", 2)
    assert cli("timeline", "the ferry", "--explain", "--no-model").out.startswith("Asks for  timeline\n")


def test_search_that_finds_nothing_says_so(cli: RunCli) -> None:
    done = cli("search", "harbour", "--until", "2000-01-01")
    assert (done.code, done.out) == (0, "No sentence found.\n")
    assert json.loads(cli("search", "harbour", "--until", "2000-01-01", "--json").out) == []


REPORT = IngestReport(
    added=20,
    updated=1,
    unchanged=3,
    skipped=(Skipped(source="/n/a.bin", reason="Not text."), Skipped(source="/n/\x1bb.txt", reason="Empty.")),
    notices=(Skipped(source="/n/c.json", reason="The date 'soon' could not be read."),),
    undated=2,
    passages=50,
    embedded=40,
    seconds=1.25,
)


def lines(parts: Iterable[Text]) -> str:
    return "".join(f"{part.plain}\n" for part in parts)


def test_a_report_says_what_became_of_everything() -> None:
    shown = lines(ingest_parts(REPORT, brief=False))
    assert shown.startswith("added 20, updated 1, unchanged 3, skipped 2\n")
    assert "  skipped: /n/�b.txt: Empty.\n" in shown
    assert "  note: /n/c.json: The date 'soon' could not be read.\n" in shown
    assert "2 articles without a date" in shown
    assert "50 passages indexed in 1.2 s" in shown


def test_a_report_names_the_first_skipped_and_counts_the_rest() -> None:
    skipped = tuple(Skipped(source=f"/n/{n}.bin", reason="Not text.") for n in range(32))
    shown = lines(ingest_parts(replace(REPORT, skipped=skipped), brief=False))
    assert "  skipped: /n/0.bin and 31 more: Not text.\n" in shown
    assert lines(ingest_parts(replace(REPORT, skipped=skipped), brief=False, verbose=True)).count("skipped: ") == 32
    assert lines(ingest_parts(REPORT, brief=True)) == "added 20, updated 1, unchanged 3, skipped 2\n"


@pytest.mark.parametrize("skipped", [0, 3, 30])
@pytest.mark.parametrize("notices", [0, 2, 30])
def test_what_a_person_should_look_at_is_ten_lines_at_most(skipped: int, notices: int) -> None:
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(30)]
    report = replace(
        REPORT,
        skipped=tuple(Skipped(source="/n/a", reason=f"is {word}") for word in words[:skipped]),
        notices=tuple(Skipped(source="/n/b", reason=f"has {word}") for word in words[:notices]),
    )
    shown = [line for line in lines(ingest_parts(report, brief=False)).splitlines()[1:] if "indexed in" not in line]
    assert len(shown) <= 10
    listed = sum(line.startswith(("  skipped", "  note")) for line in shown)
    more = [line for line in shown if line.startswith("  … and ")]
    assert listed + sum(int(line.split()[2]) for line in more) == skipped + notices
    assert not skipped or any("skipped" in line for line in shown)
    assert not notices or any("note" in line for line in shown)


def test_a_dry_run_shows_the_first_five_rows_and_takes_nothing_in(cli: RunCli, tmp_path: Path) -> None:
    rows = [
        {"title": f"Rain {n}", "content": f"Rain fell on Orrin, {n}.", "publishedAt": "2025-03-04", "author": "admin"}
        for n in range(9)
    ]
    file = write_rows(tmp_path / "rows.jsonl", [*rows[:2], {"title": "x"}, *rows[2:]])
    done = cli("ingest", "--dry-run", "--outlet", "Orrin Post", str(file))
    assert done.code == 0
    assert done.out.count("Orrin Post · 2025-03-04 · Rain") == 4
    shown = " ".join(done.out.split())
    assert "has no text" in shown and "keys guessed: " in shown
    assert "Nothing was taken in: these are the first 4 articles; there may be more." in done.out
    held = json.loads(cli("ingest", "--dry-run", "--json", str(file)).out)
    assert [article["title"] for article in held["articles"]] == ["Rain 0", "Rain 1", "Rain 2", "Rain 3"]
    assert "added 9" in cli("ingest", "-q", str(file)).out
    assert cli("ingest", "--dry-run", str(tmp_path / "none.txt")).code == 2


def test_ingest_takes_in_what_is_named_with_the_fields_that_are_named(cli: RunCli, tmp_path: Path) -> None:
    rows = [{"body": "Rain fell on Orrin. The bridge was closed.", "by": "Ines Olm", "title": "Rain"}]
    file, other = write_rows(tmp_path / "rows.jsonl", rows), tmp_path / "b.txt"
    other.write_text("The bridge at Orrin is open again.")
    done = cli("ingest", str(file), str(other), "--text-field", "body", "--author-field", "by")
    assert (done.code, done.out.splitlines()[0]) == (0, "added 2, updated 0, unchanged 0, skipped 0")
    name, call = done.opener.calls[0]
    assert (name, call["sources"]) == ("ingest", [file, other])
    assert (call["fields"].text, call["fields"].authors, call["fields"].title) == ("body", "by", None)
    assert json.loads(cli("search", "rain", "-n", "1", "--json").out)[0]["article"]["authors"] == ["Ines Olm"]


def test_ingest_is_told_whose_articles_these_are(cli: RunCli, tmp_path: Path) -> None:
    file = str(write_rows(tmp_path / "rows.jsonl", [{"text": "Rain fell on Orrin."}]))
    assert cli("ingest", file, "--outlet", " The  Courant ").opener.calls[0][1]["outlet"] == "The Courant"
    assert cli("ingest", file).opener.calls[0][1]["outlet"] is None
    assert cli("ingest", file, "--outlet", "").opener.calls[0][1]["outlet"] == ""
    for given, said in ((" ", "--outlet needs a name"), ("x" * 121, "120 characters at most, not 121")):
        done = cli("ingest", file, "--outlet", given)
        assert done.code == 2
        assert said in " ".join(done.err.split())
        assert done.opener.calls == []


def test_ingest_may_make_the_library(cli: RunCli, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "rows.jsonl")
    assert cli("ingest", str(file), "--library", str(tmp_path / "new")).code == 0
    assert json.loads(cli("status", "--library", str(tmp_path / "new"), "--json").out)["articles"] == 3


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, 0),
        ({"added": 0, "updated": 0, "unchanged": 3}, 0),
        ({"added": 0, "updated": 0, "unchanged": 0, "skipped": ()}, 0),
        ({"added": 0, "updated": 0, "unchanged": 0}, 2),
        ({"interrupted": True}, 130),
    ],
)
def test_the_exit_code_of_an_ingest(changes: dict[str, Any], code: int) -> None:
    assert _exit_code(replace(REPORT, **changes)) == code


@pytest.mark.parametrize(("text", "code"), [("Rain fell on Orrin.", 0), ("", 2)])
def test_the_process_ends_with_the_exit_code_of_its_ingest(cli: RunCli, tmp_path: Path, text: str, code: int) -> None:
    file = tmp_path / "a.txt"
    file.write_text(text)
    assert cli("ingest", str(file)).code == code
    done = cli("ingest", str(file), "--json")
    assert done.code == code
    assert set(json.loads(done.out)) == names(IngestReport)
    assert len(cli("ingest", str(file), "-q").out.splitlines()) == 1


def test_an_interrupted_ingest_says_what_is_kept() -> None:
    assert "What is counted above is kept" in lines(ingest_parts(replace(REPORT, interrupted=True), brief=False))


def test_status_says_what_the_library_holds(cli: RunCli) -> None:
    text = " ".join(cli("status").out.split())
    assert "3 articles (3 versions)" in text
    assert "25 Nov 2025 to 28 Nov 2025" in text
    assert "Outlets Alder Courier (1), Isle News (1), صحيفة الميناء (1)" in text
    assert "Model small" in text
    assert set(json.loads(cli("status", "--json").out)) == names(LibraryStatus)


def test_a_large_library_is_told_in_a_few_lines() -> None:
    held = LibraryStatus(
        folder="library",
        articles=3,
        versions=4,
        sentences=1200,
        passages=40,
        pending=1,
        undated=1,
        first=date(2025, 11, 25),
        last=date(2025, 11, 27),
        outlets=tuple((f"Outlet {n}", 20 - n) for n in range(15)),
        embedder="minilm",
        bytes_on_disk=1_234_567,
    )
    text = " ".join(lines(status_parts(Console(file=io.StringIO(), width=80), held, "", "builtin")).split())
    assert "3 articles (4 versions)" in text
    assert "25 Nov 2025 to 27 Nov 2025; 1 without a date" in text
    assert "Outlet 9 (11), and 5 more" in text
    assert "Reader builtin" in text
    assert "On disk 1.2 MB" in text
    assert "1 article not yet searchable" in text


def test_reembed_says_what_it_cost(cli: RunCli) -> None:
    assert cli("reembed").out == "3 passages, of which 0 had to be embedded\n"
    assert json.loads(cli("reembed", "--json").out) == {"passages": 3, "embedded": 0}


@pytest.mark.parametrize(("count", "text"), [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (3e15, "3000.0 TB")])
def test_sizes_have_a_unit(count: int, text: str) -> None:
    assert size(count) == text


def test_show_finds_the_sentence_of_a_reference(cli: RunCli) -> None:
    done = cli("show", f"{HARBOUR}2")
    assert ">>Mayor Ines Calder said the work costs 18 million crowns.<<" in " ".join(done.out.split())
    found = json.loads(cli("show", f"{HARBOUR}2", "--json").out)
    assert found["text"] == "Mayor Ines Calder said the work costs 18 million crowns."
    assert found["sentence"]["index"] == 1
    assert "Work begins in spring." in cli("show", f"{HARBOUR}1", "--all").out


def test_show_says_where_an_article_without_an_address_lies(cli: RunCli) -> None:
    assert "\nurn:alder:news:harbour\n" in cli("show", f"{HARBOUR}2").out


@pytest.mark.parametrize(
    ("ref", "problem"),
    [
        ("nonsense", "is no reference"),
        ("cdbed8b181-151f87e2d1-0", "is no reference"),
        ("0000000000-151f87e2d1-1", "has no article '0000000000'"),
        ("cdbed8b181-0000000000-1", "but not the version"),
        ("cdbed8b181-151f87e2d1-99", "the article has 7"),
    ],
)
def test_a_reference_that_leads_nowhere_is_explained(cli: RunCli, ref: str, problem: str) -> None:
    done = cli("show", ref)
    assert done.code == 2
    assert problem in done.err


def test_settings_say_where_each_value_comes_from(cli: RunCli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    done = cli("config")
    assert "(ASSISTANT_LIBRARY)" in done.out
    assert "very-secret" not in done.out
    found = json.loads(cli("config", "--json").out)
    assert found["api_key"] == {"value": "set", "from": "OPENAI_API_KEY"}
