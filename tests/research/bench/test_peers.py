"""The measuring beside other stores: what it does where they are not installed, and that its steps fit together."""

from pathlib import Path

import pytest
from lxml import etree

from research.bench import peers
from research.bench.peer_stores import STORES
from research.bench.report import Spread


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """The library of a few invented articles, with questions about them beside it."""
    articles = peers._write_articles(None, 60, tmp_path)
    filled = peers.fill_ours(articles, tmp_path / "library")
    assert filled["passages"] > 10
    return tmp_path


def test_plain_chroma_gets_the_passages_of_the_library_and_answers_with_them(filled: Path) -> None:
    done = peers.fill_peer("plain Chroma", filled / "library", filled / "chroma")
    texts = [text for _, text in peers._passages(filled / "library")]
    assert done["passages"] == len(texts)
    store, _ = peers.open_store("plain Chroma", filled / "chroma")
    assert store.search(texts[0])[0] == texts[0]
    for side, folder in ((peers.OURS, "library"), ("plain Chroma", "chroma")):
        assert len(peers.ask(side, filled / folder, ["Who said it?"] * 3)["seconds"]) == 2


def test_what_is_not_installed_is_told_with_the_commands_that_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(STORES, "LangChain", (STORES["LangChain"][0], "no_such_package.inside"))
    assert "LangChain" not in peers.sides()
    told = capsys.readouterr().err
    assert "Not installed, so not measured: LangChain" in told
    assert "pip install -r research/bench/peers.txt" in told
    named = Path(peers.__file__).with_name("peers.txt")
    assert "langchain-chroma" in named.read_text(encoding="utf-8")


def test_the_table_and_the_picture_hold_every_side() -> None:
    figure = {
        "passages": 1000,
        "seconds": 10.0,
        "processor_s": 20.0,
        "question_s": Spread(0.01, 0.02),
        "question_processor_s": Spread(0.01, 0.02),
        "first_answer_s": Spread(1.5, 1.6),
        "first_answer_processor_s": Spread(1.5, 1.6),
        "peak_memory_bytes": 300_000_000,
        "asking_peak_memory_bytes": 200_000_000,
        "disk_bytes": 5_000_000,
    }
    figures = {"1,000": {peers.OURS: figure, "plain Chroma": {**figure, "processor_s": 40.0}}}
    table = peers.report(figures)
    assert table.splitlines()[1].split() == ["ingest,", "processor", "time,", "ms", "a", "passage", "20", "40"]
    texts = [t.text for t in etree.fromstring(peers.plot(figures).encode()).iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count(peers.OURS) == texts.count("plain Chroma") == 10
