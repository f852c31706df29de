from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.clauses import clauses


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            "Lind stepped down on Friday and left the chamber by the side door, and the council, which met in special"
            " session, named Okafor as acting mayor.",
            (
                "Lind stepped down on Friday",
                "Lind left the chamber by the side door",
                "the council named Okafor as acting mayor.",
                "the council met in special session",
            ),
        ),
        (
            "Orrin Ports, which employs 2,140 people, rejected the bid on March 17 and met again on Friday.",
            (
                "Orrin Ports rejected the bid on March 17",
                "Orrin Ports employs 2,140 people",
                "Orrin Ports met again on Friday.",
            ),
        ),
        (
            "Profits fell by about 10 percent and the bank closed two branches.",
            ("Profits fell by about 10 percent", "the bank closed two branches."),
        ),
        (
            "Data published on Friday by the port shows that storms fell by a tenth, but the bank closed two branches.",
            (
                "Data published on Friday by the port shows that storms fell by a tenth",
                "the bank closed two branches.",
            ),
        ),
        (
            "The tank was inspected in 2022; the next visit was due in August.",
            ("The tank was inspected in 2022", "the next visit was due in August."),
        ),
    ],
)
def test_a_sentence_of_several_facts_gives_as_many(sentence: str, expected: tuple[str, ...]) -> None:
    assert tuple(clause.text for clause in clauses(sentence)) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Lind said the bridge was closed and the ferry would run every hour.",  # both are her words
        "“It was cold and the bridge was closed,” Lind wrote.",
        "The police closed the bridge and injured workers were taken away.",
        "If the council agrees and the mayor signs, work begins in May.",
        "She lost the north and the south.",
        "Bread and butter were sold out.",
        "Orrin has won approval for a deal under which farmers and its own works will cut their use of water.",
        "Data published on Friday by the Centres for Coast and Prevention shows that storms fell by a tenth.",
    ],
)
def test_what_hangs_together_stays_together(sentence: str) -> None:
    assert [clause.text for clause in clauses(sentence)] == [sentence]


@given(st.text(alphabet="ab,;. andwhowasclosed“”\n", max_size=120))
def test_every_clause_lies_in_its_sentence(sentence: str) -> None:
    for clause in clauses(sentence):
        assert 0 <= clause.start <= clause.end <= len(sentence)
