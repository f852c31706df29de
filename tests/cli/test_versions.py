"""Copies, corrections, versions and removal as a person meets them, with the real `Assistant` behind the commands."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import LibraryError
from assistant.library.library import Library
from assistant.records import short_hash
from assistant.wording import day
from tests.cli.test_real import Run, real

__all__ = ["real"]

BODY = (
    "The council of Port Alder voted on Tuesday to close the old harbour for good. Mayor Ines Calder said the work "
    "costs 18 million crowns. Fishing boats move to the north quay before the winter. Residents had asked the council "
    "for a delay of one year, which it refused. The harbour was built in 1911 and has been flooded four times since."
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "clippings"
    folder.mkdir()
    _write(folder / "courier.txt", "Alder Courier", BODY)
    _write(folder / "isle.txt", "Isle News", BODY)
    return folder


@pytest.fixture
def filled(real: Run, folder: Path) -> Run:
    assert real("ingest", str(folder)).code == 0
    return real


def _write(file: Path, outlet: str, text: str) -> None:
    file.write_text(f"Title: Old harbour\nDate: 2025-11-27\nOutlet: {outlet}\n\n{text}\n", encoding="utf-8")


def _id(file: Path) -> str:
    return short_hash(str(file.resolve()), 10)


def test_a_corrected_article_and_its_copy_are_named_wherever_it_is_cited(filled: Run, folder: Path) -> None:
    notice = "Correction: An earlier version of this article misstated the cost."
    for name, outlet in (("courier", "Alder Courier"), ("isle", "Isle News")):
        _write(folder / f"{name}.txt", outlet, f"{BODY.replace('18', '21')}\n\n{notice}")
    assert filled("ingest", str(folder)).out.startswith("added 0, updated 2")
    for arguments in (("search", "cost of the harbour"), ("ask", "What does closing the harbour cost?", "--no-model")):
        out = " ".join(filled(*arguments).out.split())
        assert f"[corrected: “{notice}”]" in out
        assert "[also in 1 outlet: " in out
    assert "carries a correction" in filled("ask", "What does closing the harbour cost?", "--no-model").out
    listed = json.loads(filled("search", "cost of the harbour", "--json").out)
    found = next(e for e in listed if "crowns" in e["text"])
    assert (found["article"]["notice_kind"], len(found["article"]["also_in"])) == ("correction", 1)
    shown = " ".join(filled("show", found["ref"]).out.split())
    assert shown.count(notice) == 1
    assert "also in 1 outlet" in shown


def test_exports_name_them_too(filled: Run, folder: Path, tmp_path: Path) -> None:
    _write(folder / "isle.txt", "Isle News", f"{BODY}\n\nRetraction: This article has been withdrawn.")
    _write(folder / "courier.txt", "Alder Courier", f"{BODY}\n\nRetraction: This article has been withdrawn.")
    filled("ingest", str(folder))
    for ending in ("md", "html"):
        file = tmp_path / f"answer.{ending}"
        filled("ask", "What does closing the harbour cost?", "--no-model", "--export", str(file))
        text = file.read_text(encoding="utf-8")
        assert "RETRACTED: “Retraction: This article has been withdrawn.”" in text
        assert "Also in 1 outlet: " in text
        assert "was retracted" in text


def test_history_and_diff_say_what_changed(filled: Run, folder: Path) -> None:
    file = folder / "isle.txt"
    assert "There is one version" in filled("diff", str(file)).err
    _write(file, "Isle News", BODY.replace("18", "21") + " It rained.")
    filled("ingest", str(folder))
    out = " ".join(filled("history", str(file)).out.split())
    assert "sentences: 1 changed, 1 new; current" in out
    diff = filled("diff", str(file)).out
    assert "~ Mayor Ines Calder said the work costs [-18-] {+21+} million crowns." in diff
    assert "+ It rained." in diff
    record = json.loads(filled("diff", _id(file), "1", "2", "--json").out)
    assert [c["kind"] for c in record["changes"]] == ["same", "changed", "same", "same", "same", "new"]
    assert len(json.loads(filled("history", _id(file), "--json").out)) == 2
    assert "has no article" in filled("history", "nothing").err
    assert "names 2 articles" in filled("history", str(folder)).err


def test_removal_leaves_references_good_until_the_text_is_forgotten(filled: Run, folder: Path) -> None:
    file = folder / "isle.txt"
    ref = next(e["ref"] for e in json.loads(filled("search", "harbour", "--outlet", "Isle News", "--json").out))
    done = filled("remove", ref)
    assert (done.code, done.out) == (0, f"1 article removed. To have it back: assistant remove --undo {_id(file)}\n")
    assert "Isle News" not in filled("search", "harbour").out
    shown = " ".join(filled("show", ref).out.split())
    assert ">>" in shown
    assert "This article was removed from the archive. Its text is kept" in shown
    link = json.loads(filled("show", ref, "--json").out)
    assert (link["state"], link["kept"], link["current"]) == ("removed", True, False)
    assert f"removed on {day(date.today())}" in " ".join(filled("history", ref).out.split())
    assert filled("ingest", str(folder)).out.startswith("added 0, updated 0, unchanged 1, skipped 1\n")
    assert filled("remove", "--undo", _id(file)).out == "1 article brought back\n"
    assert "removed" not in filled("history", ref).out
    assert json.loads(filled("show", ref, "--json").out)["state"] == "current"
    assert "deleted for good" in filled("remove", _id(file), "--forget", "--yes").out
    assert filled("show", ref).code != 0
    assert filled("history", _id(file)).code != 0


def test_forgetting_may_be_said_again_when_it_failed(
    filled: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Library) -> None:
        raise LibraryError("The disk is full.")

    words = ("remove", _id(folder / "isle.txt"), "--forget", "--yes")
    with monkeypatch.context() as patched:
        patched.setattr(Library, "purge", fails)
        assert "The disk is full" in filled(*words).err
    done = filled(*words)
    assert (done.code, done.out) == (0, "What was to be deleted for good before, and was not, is deleted now.\n")
    assert "no article" in filled(*words).err


def test_several_articles_go_only_when_that_is_agreed_to(filled: Run, folder: Path) -> None:
    for arguments in (("--until", "2025-12-01"), (str(folder),), (_id(folder / "isle.txt"), "--forget")):
        refused = filled("remove", *arguments)
        assert refused.code == 2
        assert "--yes" in refused.err
        assert "Old harbour" in refused.err
    assert json.loads(filled("status", "--json").out)["articles"] == 2
    assert "--outlet" in filled("remove").err
    assert "not both" in filled("remove", "x", "--outlet", "y").err
    assert "nothing was removed" in filled("remove", "--until", "2020-01-01").err
    assert "nothing was changed" in filled("remove", _id(folder / "isle.txt"), "nothing").err
    removed = json.loads(filled("remove", "--outlet", "isle news", "--yes", "--json").out)["removed"]
    assert [info["outlet"] for info in removed] == ["Isle News"]
