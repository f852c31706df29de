"""The project's own replies: every form is among them, and what their statements stand on is in the archive."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from assistant.answering.reply import parse_reply
from eval.records import SuiteReply, Truth
from eval.replaying import PLACEHOLDER
from eval.suite import open_suite

SUITE = open_suite("replies")
GROUPS = ("right", "wrong number", "no number", "odd form", "other words", "half right", "wrong")


def _replies() -> list[SuiteReply]:
    return [q.reply for q in SUITE.questions if q.reply]


def test_there_are_at_least_40_replies_and_five_of_every_group() -> None:
    assert len(_replies()) == len(SUITE.questions) >= 40
    counts = Counter(tag for q in SUITE.questions for tag in q.tags)
    assert set(counts) == set(GROUPS)
    assert min(counts.values()) >= 5
    truths = Counter(label.truth for reply in _replies() for label in reply.statements)
    assert set(truths) == set(Truth)


def test_what_a_statement_stands_on_is_in_the_archive_and_only_what_is_wrong_may_stand_on_nothing() -> None:
    texts = " ".join(file.read_text(encoding="utf-8") for file in Path(SUITE.archive).rglob("*.*"))
    for label in (label for reply in _replies() for label in reply.statements):
        assert label.gold in texts, label.gold
        assert label.gold or label.truth is Truth.FALSE
        assert bool(label.wrong) is (label.truth is Truth.HALF)


def test_every_labelled_statement_is_one_that_the_program_reads_from_the_reply() -> None:
    for reply in _replies():
        read = [s.text for s in parse_reply(PLACEHOLDER.sub("1", reply.text), {1}).statements]
        for label in reply.statements:
            assert any(label.text in text for text in read), (label.text, read)
