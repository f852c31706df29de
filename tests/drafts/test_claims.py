from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafts.check_report import SentenceKind
from assistant.drafts.claims import sentences_of_draft

DRAFT = """Bridge closed for weeks

The Pellin Bridge was closed on Tuesday. Who is to blame?
We should be ashamed of it. Here is what we know:
- 23,000 vehicles use it every day
The council should have spent 61 million crowns."""


def test_only_claims_are_told_to_be_checked() -> None:
    kinds = [(sentence.text, sentence.kind.value) for sentence in sentences_of_draft(DRAFT)]
    assert kinds == [
        ("Bridge closed for weeks", "heading"),
        ("The Pellin Bridge was closed on Tuesday.", "claim"),
        ("Who is to blame?", "question"),
        ("We should be ashamed of it.", "opinion"),
        ("Here is what we know:", "lead-in"),
        ("23,000 vehicles use it every day", "claim"),
        ("The council should have spent 61 million crowns.", "claim"),
    ]


def test_one_line_without_a_full_stop_is_a_claim_where_it_is_the_whole_draft() -> None:
    assert sentences_of_draft("The bridge was closed on 4 March")[0].kind is SentenceKind.CLAIM


@pytest.mark.parametrize(
    ("before", "sentence", "meant"),
    [
        ("Mayor Ilka Brandt resigned.", "She will not stand again.", "Mayor Ilka Brandt will not stand again."),
        ("Ms. Brandt met Jonas Keel.", "He was late.", "Jonas Keel was late."),
        ("Mr. Keel met Ms. Brandt.", "Her answer was short.", "Ms. Brandt’s answer was short."),
        ("Orrin Ports plc rejected the bid.", "The company called it too low.", "Orrin Ports called it too low."),
        ("The Pellin Bridge was closed.", "It carries 23,000 vehicles.", "The Pellin Bridge carries 23,000 vehicles."),
        ("The Pellin Bridge was closed.", "It is not a surprise.", "It is not a surprise."),
        ("The ferry was late.", "She was angry.", "She was angry."),
        ("Mayor Ilka Brandt resigned.", "“She had to,” one councillor said.", "“She had to,” one councillor said."),
    ],
)
def test_pronouns_mean_what_the_sentences_before_name(before: str, sentence: str, meant: str) -> None:
    assert sentences_of_draft(f"{before} {sentence}")[1].read_as == meant


@given(st.text(alphabet="abHesSI “”.,;?!\n-Mr and which was The", max_size=200))
def test_claims_are_pieces_of_the_draft(text: str) -> None:
    for sentence in sentences_of_draft(text):
        assert text[sentence.start : sentence.end] == sentence.text
        for claim in sentence.claims:
            assert text[claim.start : claim.end] == claim.text
            assert sentence.start <= claim.start < claim.end <= sentence.end


def test_a_line_with_a_figure_is_an_item_that_lost_its_mark_and_no_heading() -> None:
    lines = (
        "Council takes 54 million bid",
        "It rained in Orrin.",
        "What the city says",
        "The repair costs 61 million crowns",
        "Published 18 April 2025",
        "2019 21,000",
    )
    kinds = [sentence.kind for sentence in sentences_of_draft("\n\n".join(lines))]
    heading, claim = SentenceKind.HEADING, SentenceKind.CLAIM
    assert kinds == [heading, claim, heading, claim, heading, heading]
