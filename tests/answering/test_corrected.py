"""Whoever reads an answer learns that an article below it was corrected or retracted, and what confirms it."""

from __future__ import annotations

import pytest

from assistant import wording
from assistant.answering.answer import correction_notices
from assistant.records import Statement, Verdict
from tests.answering.evidence import article, citation


def test_cited_articles_that_were_taken_back_are_named_the_retracted_ones_first() -> None:
    corrected, retracted = article("a", notice_kind="correction"), article("b", notice_kind="retraction")
    cited = [citation(3, article=corrected), citation(1, article=corrected), citation(2, article=retracted)]
    first, second = correction_notices([*cited, citation(4, article=article("c", notice_kind="clarification"))])
    assert first.startswith("The article cited as [2] was retracted.")
    assert second.startswith("The article cited as [1], [3] carries a correction")


@pytest.mark.parametrize(
    ("articles", "said"),
    [
        ([{"outlet": "Wire"}], ""),
        ([{"outlet": "Wire"}, {"outlet": "Post"}], "2 independent sources"),
        ([{"outlet": "Wire", "story": "s"}, {"outlet": "Post", "story": "s"}], "one story, printed more than once"),
        ([{"outlet": "Wire"}, {"outlet": "wire"}], ""),
        ([{"outlet": ""}, {"outlet": ""}], "2 independent sources"),
        # the second joins the first by its outlet and the third by its story
        ([{"outlet": "A", "story": "s"}, {"outlet": "B", "story": "s"}, {"outlet": "b"}, {"outlet": "C"}],
         "2 independent sources"),
    ],
)  # fmt: skip
def test_copies_and_articles_of_one_outlet_confirm_each_other_no_more_than_themselves(
    articles: list[dict[str, str]], said: str
) -> None:
    cited = tuple(citation(n, article=article("abcd"[n], **known)) for n, known in enumerate(articles))
    statement = Statement(text="The harbour closed.", citations=cited, verdict=Verdict.SUPPORTED)
    assert wording.confirmation(statement) == said


def test_a_source_line_says_what_was_taken_back_and_where_else_it_stands() -> None:
    info = article(notice_kind="retraction", notice="Retraction: withdrawn.\x1b[2J", also_in=("Isle", "Post", "“T”"))
    assert wording.correction(info).startswith("RETRACTED: “Retraction: withdrawn.")
    assert "\x1b" not in wording.correction(info)
    assert wording.is_retracted(info)
    assert wording.also_in(info) == "also in 2 outlets: Isle, Post; also under the title “T”"
    assert wording.also_in(article(also_in=tuple("abcdefg"))) == "also in 7 outlets: a, b, c, d, e, and 2 more"
    assert (wording.correction(article()), wording.also_in(article())) == ("", "")
    assert len(wording.correction(article(notice_kind="correction", notice="word " * 300))) < 300
