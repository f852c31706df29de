from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UsageError
from eval.datasets import squad
from eval.datasets.files import DATA
from eval.records import GoldSentence, Suite, SuiteQuestion
from eval.suite import chosen, conversations, named_suites, open_suite, suite_hash
from eval.suite_files import question_of, read_jsonl, row_of, suite_text
from tests.eval.making import question

LINE = '{"id": "a", "question": "When?", "answers": ["6 p.m.", "18:00"]}\n'


def written(folder: Path, text: str, name: str = "mine.jsonl") -> str:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return str(file)


# -- files


def test_a_file_of_json_lines(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    rows = [
        {"suite": "bridge", "about": "All of it.", "archive": "articles"},
        {
            "id": "a",
            "question": "When was it closed?",
            "asked_on": "2025-03-06",
            "tags": ["direct"],
            "answers": ["6 p.m.", "18:00"],
            "gold": [
                {"article": "x.txt", "text": "It closed.", "also_in": ["y.txt"]},
                [{"article": "z"}, {"article": "w"}],
            ],
            "also": [{"article": "v", "text": "And so on."}],
        },
        {"id": "b", "question": "And by whom?", "follows": "a", "all_of": [["Osk", "Tam Osk"], "police"]},
        {"id": "c", "question": "Who built it?", "unanswerable": True, "must_not": ["Sorrell"], "note": "No."},
    ]
    suite = open_suite(written(tmp_path, "\n".join(json.dumps(row) for row in rows)))
    first, second, third = suite.questions
    assert (suite.name, suite.about, suite.archive) == ("bridge", "All of it.", str(tmp_path / "articles"))
    assert first.answers == (("6 p.m.", "18:00"),)
    assert first.asked_on == date(2025, 3, 6)
    assert first.gold[0] == (GoldSentence(article="x.txt", text="It closed.", also_in=("y.txt",)),)
    assert [g.article for g in first.gold[1]] == ["z", "w"]
    assert first.also[0].text == "And so on."
    assert second.answers == (("Osk", "Tam Osk"), ("police",))
    assert third.unanswerable
    assert third.must_not == ("Sorrell",)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "a", "question": "?", "unanswerabel": true}', "unknown field 'unanswerabel'"),
        ('{"id": "a", "question": "?", "unanswerable": "false"}', "true or false"),
        ('{"id": "a", "question": "?"}', "cannot be scored"),
        ('{"id": "a", "question": "?", "unanswerable": true, "answers": ["x"]}', "unanswerable, but has answers"),
        ('{"id": "a", "question": "?", "answers": ["x"], "all_of": ["y"]}', "not both"),
        ('{"id": "a", "question": "?", "answers": [""]}', "empty answer"),
        ('{"id": "a", "question": "?", "answers": ["x"], "asked_on": "6 March"}', "6 March"),
        ('{"id": "a", "question": " ", "answers": ["x"]}', "is empty"),
        ('{"id": "a", "answers": ["x"]}', "'question' is missing"),
        ('{"id": "a", "question": "?", "gold": [{"text": "x"}]}', "gold must hold"),
        ('{"id": "a", "question": "?", "gold": [[]]}', "empty list"),
        ('{"id": "a", "question": "?", "gold": [{"article": "x", "grade": 0}]}', "above 0"),
        ('{"id": "a", "question": "?", "gold": [{"artikel": "x", "article": "x"}]}', "unknown field 'artikel'"),
        ('{"id": "a", "question": "?", "answers": ["x"], "status": "maybe"}', "draft or accepted"),
        ('{"id": "a", "question": "?", "answers": ["x"], "follows": "z"}', "follows 'z'"),
        (f'{LINE}{{"id": "a", "question": "?", "answers": ["x"]}}', "more than once"),
        ("not json", "no JSON"),
        ("[1]", "no JSON object"),
        ("", "no questions"),
    ],
)
def test_a_fault_in_a_suite_is_told_with_its_place(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as raised:
        open_suite(written(tmp_path, line))
    assert "mine.jsonl" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_table_in_csv(tmp_path: Path) -> None:
    text = (
        "id,question,asked_on,answers,gold_article,gold_text,tags,unanswerable\n"
        'a,"When, then?",2025-03-06,6 p.m. | 18:00,x.txt,It closed. | It shut.,direct | short,\n'
        "b,Who?,,,,,,yes\n"
    )
    first, second = open_suite(written(tmp_path, text, "mine.csv")).questions
    assert first.question == "When, then?"
    assert first.answers == (("6 p.m.", "18:00"),)
    assert [(item[0].article, item[0].text) for item in first.gold] == [("x.txt", "It closed."), ("x.txt", "It shut.")]
    assert first.tags == ("direct", "short")
    assert second.unanswerable


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,question,answers\na,Who?,x,y\n", "line 2.*number of cells"),
        ("id,question,gold_text\na,Who?,It closed.\n", "without a gold_article"),
        ("id,question,gold_article,gold_text\na,Who?,x | y,1 | 2 | 3\n", "2 gold articles, but 3"),
        ("id,question,unanswerable\na,Who?,maybe\n", "true or false"),
        ("id,frage\na,Wer?\n", "unknown field 'frage'"),
    ],
)
def test_a_fault_in_a_table_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        open_suite(written(tmp_path, text, "mine.csv"))


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1).map(str.strip).filter(bool)


@given(
    st.builds(
        SuiteQuestion,
        id=TEXTS,
        question=TEXTS,
        answers=st.lists(st.lists(TEXTS, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple),
        gold=st.lists(
            st.lists(
                st.builds(GoldSentence, article=TEXTS, text=TEXTS, grade=st.integers(1, 3)), min_size=1, max_size=2
            ).map(tuple),
            max_size=2,
        ).map(tuple),
        tags=st.lists(TEXTS, max_size=2).map(tuple),
        asked_on=st.none() | st.dates(),
        status=st.sampled_from(["", "draft", "accepted"]),
    )
)
def test_what_is_written_is_read_back(asked: SuiteQuestion) -> None:
    assert question_of(json.loads(json.dumps(row_of(asked))), "here") == asked


def test_a_whole_suite_is_written_and_read_back(tmp_path: Path) -> None:
    suite = Suite(name="s", questions=(question(answers=(("x",),)),), about="It.", archive=str(tmp_path / "articles"))
    file = tmp_path / "runs" / "suite.jsonl"
    file.parent.mkdir()
    file.write_text(suite_text(suite, file.parent), encoding="utf-8")
    back = read_jsonl(file)
    assert (back.questions, back.archive, back.about) == (suite.questions, suite.archive, "It.")


def test_another_format_and_a_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no suite"):
        open_suite(written(tmp_path, LINE, "mine.txt"))
    with pytest.raises(UsageError, match="There is no suite"):
        open_suite(str(tmp_path / "none.jsonl"))
    file = tmp_path / "latin.jsonl"
    file.write_bytes('{"id": "ä"}'.encode("latin-1"))
    with pytest.raises(UsageError, match="UTF-8"):
        open_suite(str(file))


# -- what is asked


def test_follow_ups_are_asked_with_what_they_follow() -> None:
    a, b, c = question(id="a"), question(id="b", follows="a"), question(id="c")
    assert conversations([c, b, a]) == [(c,), (a, b)]


@pytest.mark.parametrize(
    "questions",
    [
        [question(id="a", follows="b"), question(id="b", follows="a")],
        [question(id="a"), question(id="b", follows="a"), question(id="c", follows="a")],
    ],
)
def test_a_conversation_is_a_chain(questions: list[SuiteQuestion]) -> None:
    with pytest.raises(UsageError, match=r"circle|chain"):
        conversations(questions)


def suite_of(*questions: SuiteQuestion) -> Suite:
    return Suite(name="s", questions=questions)


def test_a_tag_brings_the_questions_before_it_in_its_conversation() -> None:
    chain = [question(id="a"), question(id="b", follows="a", tags=("t",)), question(id="c", follows="b")]
    assert [q.id for q in chosen(suite_of(question(id="x"), *chain), tags=["t"])] == ["a", "b"]


def test_drafts_and_what_follows_them_are_not_asked() -> None:
    chain = [question(id="a"), question(id="b", follows="a", status="draft"), question(id="c", follows="b")]
    assert [q.id for q in chosen(suite_of(*chain))] == ["a"]
    with pytest.raises(UsageError, match="drafts"):
        chosen(suite_of(question(status="draft")))


def test_a_limit_counts_conversations() -> None:
    asked = suite_of(question(id="a"), question(id="b", follows="a"), question(id="c"))
    assert [q.id for q in chosen(asked, limit=1)] == ["a", "b"]


def test_an_unknown_tag_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="its tags are dates"):
        chosen(suite_of(question(tags=("dates",))), tags=["date"])


def test_the_hash_knows_what_decides_the_score_and_nothing_else() -> None:
    plain = suite_hash([question(answers=(("x",),))])
    assert suite_hash([question(answers=(("x",),), note="for me", status="accepted")]) == plain
    assert suite_hash([question(answers=(("y",),))]) != plain
    assert suite_hash([question(answers=(("x",),), must_not=("z",))]) != plain


# -- sets of others


def test_a_beir_folder_loads_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "scifact"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text('{"_id": "d1", "title": "T", "text": "It rained."}\n', encoding="utf-8")
    queries = '{"_id": "q1", "text": "Rain?"}\n{"_id": "q2", "text": "Snow?"}\n{"_id": "q3", "text": "Hail?"}\n'
    (folder / "queries.jsonl").write_text(queries, encoding="utf-8")
    judged = "query-id\tcorpus-id\tscore\nq1\td1\t2\nq2\td1\t0\nq1\td7\t1\n"
    (folder / "qrels" / "test.tsv").write_text(judged, encoding="utf-8")
    suite = open_suite(str(folder))
    (only,) = suite.questions
    assert [(item[0].article, item[0].grade) for item in only.gold] == [("d1", 2), ("d7", 1)]
    assert suite.archive == str(folder / "corpus.jsonl")


def test_a_folder_of_another_kind_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no BEIR folder"):
        open_suite(str(tmp_path))


SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Pellin_Bridge",
            "paragraphs": [
                {
                    "context": "The bridge opened in 1961. It closed on March 4.",
                    "qas": [
                        {
                            "id": "s1",
                            "question": "When did it close?",
                            "answers": [
                                {"text": "March 4", "answer_start": 40},
                                {"text": "on March 4", "answer_start": 37},
                                {"text": "March 4", "answer_start": 40},
                            ],
                            "is_impossible": False,
                        },
                        {"id": "s2", "question": "Who built it?", "answers": [], "is_impossible": True},
                    ],
                }
            ],
        }
    ],
}


def test_a_squad_file_loads_as_it_is(tmp_path: Path) -> None:
    suite = open_suite(written(tmp_path, json.dumps(SQUAD), "dev.json"))
    first, second = suite.questions
    assert first.answers == (("March 4", "on March 4"),)
    assert first.gold == ((GoldSentence(article="squad-0-0", text="It closed on March 4."),),)
    assert second.unanswerable
    (row,) = squad.articles(tmp_path / "dev.json")
    assert row == {
        "id": "squad-0-0",
        "title": "Pellin Bridge",
        "text": "The bridge opened in 1961. It closed on March 4.",
    }


@pytest.mark.parametrize("text", ["{}", "[]", '{"data": [1]}', "nope"])
def test_json_that_is_no_squad_file_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"dev\.json is no"):
        open_suite(written(tmp_path, text, "dev.json"))


def test_the_projects_own_suites_can_be_opened() -> None:
    for name in named_suites():
        assert open_suite(name).questions


@pytest.mark.skipif(not DATA.is_dir(), reason="the measuring data is not here")
def test_the_news_quiz_is_read() -> None:
    from eval.datasets import news2022

    assert len(news2022.read_news2022().questions) == 299
