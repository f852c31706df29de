"""Feeds and standard input on the command line, with the real program and a server on the loopback interface."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.articles import FieldMap, Given
from assistant.cli.archive import sources_of
from assistant.cli.main import main
from assistant.errors import UsageError
from tests.fetching import Web, answer, web
from tests.samples import page, rss


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("ASSISTANT_ALLOW_PRIVATE_ADDRESSES", "true")
    with web({}) as made:
        made.answers = {f"127.0.0.1:{made.port}/{name}": content for name, content in _pages().items()}
        yield made


def _pages() -> dict[str, bytes]:
    head = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    return {"": answer(page(head=head)), "feed": answer(rss())}


def test_a_feed_is_followed_listed_and_left(site: Web, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, library = f"http://127.0.0.1:{site.port}/", ["--library", str(tmp_path / "library")]
    assert main(["follow", home, *library]) == 0
    assert f"Following Harbour News: {home}feed" in capsys.readouterr().out
    assert main(["follow", f"{home}feed", *library]) == 0
    assert "followed already" in capsys.readouterr().out
    assert main(["update", *library]) == 0
    assert "nothing new" in capsys.readouterr().out
    assert main(["follow", "--list", "--json", *library]) == 0
    (feed,) = json.loads(capsys.readouterr().out)
    assert (feed["title"], feed["fault"]) == ("Harbour News", "") and feed["checked"]
    site.answers.clear()
    assert main(["update", *library]) == 5
    assert "404" in capsys.readouterr().out
    assert main(["unfollow", f"{home}feed", *library]) == 0
    assert main(["unfollow", f"{home}feed", *library]) == 2
    capsys.readouterr()
    assert main(["follow", *library]) == 0
    assert "No feed is followed" in capsys.readouterr().out


def test_addresses_inside_are_refused_unless_admitted(
    site: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ASSISTANT_ALLOW_PRIVATE_ADDRESSES")
    assert main(["follow", "http://127.0.0.1/feed", "--library", str(tmp_path / "library")]) == 2
    assert "not on the public internet" in capsys.readouterr().err
    assert site.requests == []


def test_words_of_the_command_line_name_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Ships left.")))
    path, address, given = sources_of(["folder", "https://a.example/1", "-"], FieldMap())
    assert (path, address) == (Path("folder"), "https://a.example/1")
    assert isinstance(given, Given)
    assert [getattr(item, "text", "") for item in given.items] == ["Ships left."]
    with pytest.raises(UsageError, match="only once"):
        sources_of(["-", "-"], FieldMap())


def test_what_is_fetched_is_shown_at_a_terminal_only(
    site: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = f"http://127.0.0.1:{site.port}/gone"
    command = ["ingest", gone, str(tmp_path), "--library", str(tmp_path / "library")]
    assert main(command) == 2
    assert "Fetch" not in capsys.readouterr().err
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(command) == 2
    told = capsys.readouterr().err
    assert f"Fetching {gone}" in told
    assert "Fetched 0 of 1 page." in told
    for quiet in ("-q", "--json"):
        assert main([*command, quiet]) == 2
        assert "Fetch" not in capsys.readouterr().err


NOTHING = {
    "a path that is not there": ["ingest", "{place}/nowhere"],
    "a folder without articles": ["ingest", "{place}/empty"],
    "a file of no known kind": ["ingest", "{place}/empty/noise.bin"],
    "an address without a page": ["ingest", "{site}/gone"],
    "an empty standard input": ["ingest", "-"],
    "a feed that is not there": ["follow", "{site}/gone"],
    "an address that does not exist": ["follow", "http://no-such-host.invalid/feed"],
    "a list of feeds that is not there": ["follow", "{place}/nowhere.opml"],
    "a backup that is not there": ["restore", "{place}/nowhere.backup"],
    "a backup that is none": ["restore", "{place}/empty/noise.bin"],
    **{
        f"{words[0]} without a library": words
        for words in (
            ["ask", "x"],
            ["search", "x"],
            ["chat"],
            ["status"],
            ["update"],
            ["doctor", "--offline"],
            ["doctor", "--offline", "--repair"],
            ["follow", "--list"],
            ["unfollow", "http://a.example/feed"],
            ["remove", "x"],
            ["history", "x"],
            ["show", "0a1b2c3d4e-5f6071-7"],
            ["backup", "{place}/new.backup"],
            ["reembed"],
        )
    },
}


@pytest.mark.parametrize("command", NOTHING.values(), ids=NOTHING.keys())
def test_where_nothing_comes_of_it_nothing_is_made(
    site: Web, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "noise.bin").write_bytes(b"\x00\xff")
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    words = [word.format(place=tmp_path, site=f"http://127.0.0.1:{site.port}") for word in command]
    code = main([*words, "--library", str(tmp_path / "new" / "library")])
    assert code == 0 if command[0] == "doctor" else code
    assert sorted(tmp_path.rglob("*")) == before
