"""Feeds and standard input on the command line, with the real program and a server on the loopback interface."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.cli.sources import sources_of
from assistant.corpus.readers import FieldMap, Given
from assistant.errors import UsageError
from eval.sources.samples import page, rss
from tests.fetching import Web, answer, web


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
