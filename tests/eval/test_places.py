from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.app import Assistant
from eval.places import Places, UnresolvedGoldError, articles_shown, describe, items_shown
from eval.records import GoldSentence
from tests.eval.conftest import settings_for
from tests.eval.making import citation, gold, place, question

CLOSED = "The Pellin Bridge was closed to all traffic at 6 p.m. on Tuesday."


def places(
    opened: Assistant, *items: tuple[GoldSentence, ...] | GoldSentence
) -> list[tuple[int, tuple[int, ...], str]]:
    asked = question(gold=tuple(item if isinstance(item, tuple) else (item,) for item in items))
    return [(p.item, p.sentences, p.text) for p in Places(opened).of(asked)]


@pytest.mark.parametrize("name", ["bridge.txt", "courant/bridge.txt", "articles/courant/bridge.txt"])
def test_an_article_is_named_by_the_end_of_its_source(opened: Assistant, name: str) -> None:
    (found,) = places(opened, gold(CLOSED, name))
    assert found[2] == CLOSED
    assert len(found[1]) == 1


def test_white_space_in_a_gold_sentence_does_not_count(opened: Assistant) -> None:
    (found,) = places(opened, gold("The  Pellin Bridge was\nclosed to all traffic", "bridge.txt"))
    assert found[2] == "The Pellin Bridge was closed to all traffic"


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (gold(CLOSED, "ridge.txt"), "no article is called 'ridge.txt'"),
        (gold(CLOSED, "bid.txt"), "is not in"),
        (gold("It never closed.", "bridge.txt"), "'It never closed.' is not in"),
        (gold("", "ledger"), "2 articles are called 'ledger'"),
    ],
)
def test_gold_that_is_not_in_the_archive_cannot_be_scored(opened: Assistant, sentence: GoldSentence, told: str) -> None:
    with pytest.raises(UnresolvedGoldError, match=told):
        places(opened, sentence)


def test_alternatives_share_an_item_and_others_do_not(opened: Assistant) -> None:
    asked = question(
        gold=((gold(CLOSED, "bridge.txt"), gold("", "spill.txt")), (gold("", "second-bid.txt"),)),
        also=(gold("The board will meet on Thursday.", "second-bid.txt"),),
    )
    assert [p.item for p in Places(opened).of(asked)] == [0, 0, 1, -1]


def test_a_sentence_carried_by_several_articles_has_several_places() -> None:
    shown = items_shown([citation(3), citation(4)], [place(3, item=0), place(3, of="b", item=0), place(None, item=1)])
    assert shown == [{0, 1}, {1}]
    assert articles_shown([citation(3), citation(4), citation(1, of="b")], [place(3), place(9, of="b", item=1)]) == [
        {0},
        {1},
    ]


def test_the_same_articles_in_another_folder_are_the_same_archive(
    opened: Assistant, small: Path, tmp_path: Path
) -> None:
    import shutil

    shutil.copytree(small / "articles", tmp_path / "elsewhere")
    before = describe(opened, opened.articles())
    with Assistant.open(tmp_path / "library", settings=settings_for(small)) as other:
        other.ingest([tmp_path / "elsewhere"])
        assert describe(other, other.articles()) == before
        file = tmp_path / "elsewhere" / "courant" / "bridge.txt"
        file.write_text(file.read_text(encoding="utf-8").replace("38", "61"), encoding="utf-8")
        other.ingest([tmp_path / "elsewhere"])
        assert describe(other, other.articles()).fingerprint != before.fingerprint
    assert before.articles == 4
    assert before.splitter


def test_a_row_of_a_dump_is_named_by_its_id(small: Path, tmp_path: Path) -> None:
    rows = [{"_id": "d1", "text": "It rained in Skelmouth."}, {"_id": "d2", "text": "It snowed in Harelau."}]
    (tmp_path / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with Assistant.open(tmp_path / "library", settings=settings_for(small)) as assistant:
        assistant.ingest([tmp_path / "corpus.jsonl"])
        ((_, _, text),) = places(assistant, gold("It snowed in Harelau.", "d2"))
    assert text == "It snowed in Harelau."


def test_the_fingerprint_knows_the_day_of_an_article(opened: Assistant) -> None:
    articles = opened.articles()
    moved = [replace(articles[0], published=None), *articles[1:]]
    assert describe(opened, moved).fingerprint != describe(opened, articles).fingerprint
