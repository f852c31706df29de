"""Questions in scripts without spaces: the right article by its words alone, and what the archive lacks in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.articles import FieldMap
from assistant.english.cjk import is_piece
from assistant.english.questions import is_question
from assistant.library.embedders.base import FloatVector
from assistant.library.ingest import ingest
from assistant.library.library import Library
from assistant.records import Filters
from assistant.retrieval.query import Query, unspaced_words
from assistant.retrieval.rerank import is_fragment
from assistant.retrieval.retriever import Retriever
from tests.fakes.embedder import BagOfWordsEmbedder

ARTICLES = {
    "metro": ("成都地铁停运", "成都地铁三号线周一因信号故障停运两小时。"
              "约一万二千名乘客受到影响。市长林若兰说，维修费用为九百万元。"),
    "flood": ("南江洪水", "南江水位周二上涨三米。消防员疏散了四百名居民。没有人受伤。"),
    "typhoon": ("台風で二百人が避難", "台風の接近で、白浜市は火曜日に二百人を避難させた。"
                "市長の森田恵子氏は「川の水位が上がった」と述べた。"),
    "factory": ("半導体工場", "ソラネ社は新しい半導体工場を長岡に建てる。投資額は三千億円になる。"),
    "phone": ("新手机发布", "ソラネ社的Solane15发布会周三在上海举行。新机售价为四千元。"),
    "korea": ("항구 파업", "부산 항구의 노동자들이 수요일에 파업을 시작했다. 노조는 임금 인상을 요구한다."),
    "thai": ("น้ำท่วมเชียงใหม่", "น้ำท่วมที่เชียงใหม่ทำให้ถนนสามสายปิดเมื่อวันอังคาร"),
    "bridge": ("Bridge closed", "The Pellin bridge at Orrin was closed on Monday. Inspectors found 14 cracks in it."),
}  # fmt: skip


class _SaysNothing(BagOfWordsEmbedder):
    """Gives every text the same vector: what is found is found by its words."""

    def _sum(self, text: str) -> FloatVector:
        return np.ones(self.dimension, np.float32)


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    folder: Path = tmp_path_factory.mktemp("archive")
    for name, (title, text) in ARTICLES.items():
        (folder / f"{name}.txt").write_text(f"Title: {title}\nDate: 2025-03-04\n\n{text}\n", encoding="utf-8")
    library = Library(folder / "library", _SaysNothing(), create=True)
    ingest(library, [*folder.glob("*.txt")], FieldMap())
    library.ready()
    yield Retriever(library)
    library.close()


def understood(retriever: Retriever, question: str) -> Query:
    return retriever.understand(question, asked_on=date(2025, 3, 6), filters=Filters())


@pytest.mark.parametrize(
    ("question", "name", "words"),
    [
        ("地铁三号线为什么停运？", "metro", "信号故障"),
        ("维修费用是多少？", "metro", "九百万元"),
        ("消防员疏散了多少居民？", "flood", "四百名"),
        ("台風で何人が避難しましたか？", "typhoon", "二百人"),
        ("白浜市の市長は何と述べましたか。", "typhoon", "川の水位"),
        ("投資額はいくらになりますか", "factory", "三千億円"),
        ("Solane15发布会在哪里举行？", "phone", "上海"),
        ("What does the Solane15 新机 cost, 售价?", "phone", "四千元"),
        ("노조가 요구하는 임금은?", "korea", "임금 인상"),
        ("น้ำท่วมที่ไหน", "thai", "เชียงใหม่"),
        ("How many cracks were found?", "bridge", "14 cracks"),
    ],
)
def test_the_sentence_that_answers_comes_first(retriever: Retriever, question: str, name: str, words: str) -> None:
    best = retriever.retrieve(question, limit=5, asked_on=date(2025, 3, 6), filters=Filters()).evidence[0]
    assert best.article.title == ARTICLES[name][0]
    assert words in best.text


@pytest.mark.parametrize("question", ["哪里说到“信号故障停运”？", "「信号故障停运」とは"])
def test_a_quoted_phrase_must_occur(retriever: Retriever, question: str) -> None:
    found = retriever.retrieve(question, limit=5, asked_on=date(2025, 3, 6), filters=Filters()).evidence
    assert {e.article.title for e in found} == {"成都地铁停运"}


def test_a_quoted_phrase_that_stands_nowhere_is_not_insisted_on(retriever: Retriever) -> None:
    assert understood(retriever, "“停运信号故障”").phrases == ()


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("成都地铁的乘客", ()),  # 铁的 and 的乘 stand nowhere, and are no words
        ("火星移民的计划什么时候开始？", ("火星移民", "计划", "开始")),
        ("火山と半導体工場", ("火山",)),
        ("ロケットの打ち上げは失敗しましたか", ("ロケット", "失敗")),
        ("台風で何人が避難しましたか？", ()),
        ("雨", ()),  # other pairs may hold it
        ("부산 로켓 항구", ("로켓",)),
        ("Zeppelin 维修 火星", ("Zeppelin", "火星")),
        ("Inspectors and a zeppelin", ("zeppelin",)),
    ],
)
def test_what_no_article_holds_is_named_in_words(retriever: Retriever, question: str, missing: tuple[str, ...]) -> None:
    assert understood(retriever, question).missing == missing


@given(st.text(st.sampled_from("成都地铁停运火星はがのテスラ항구ถนน。 a"), min_size=1, max_size=25))
def test_pieces_are_never_corrected_and_missing_words_are_of_the_question(retriever: Retriever, question: str) -> None:
    query = understood(retriever, f"{question}?")
    assert not any(is_piece(term) for term in (*query.spelling, *query.spelling.values()))
    assert all(word in question for word in query.missing)
    assert query.spelling.keys().isdisjoint(query.terms)


@given(st.text(st.characters(max_codepoint=0x0DFF)))
def test_scripts_with_spaces_are_not_looked_at(text: str) -> None:
    found = unspaced_words(text, lambda _: False)
    assert not found.noise
    assert not found.unknown


def test_sentences_and_questions_are_told_from_fragments_and_statements() -> None:
    assert not is_fragment("消防员疏散了四百名居民。")
    assert is_fragment("洪水。")
    assert is_fragment("消防员疏散了四百名居民")
    assert not is_fragment("市長は「水位が上がった。」")
    assert is_question("维修费用是多少？")


def test_terms_hold_what_is_asked_about_and_not_how(retriever: Retriever) -> None:
    assert set(understood(retriever, "维修费用是多少？").terms) == {"维修", "修费", "费用"}
    assert set(understood(retriever, "テスラ社の工場").terms) == {"テス", "スラ", "ラ社", "工場"}
