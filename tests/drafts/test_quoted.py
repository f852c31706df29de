"""Quotations over the example archive: the words are those of examples/articles."""

from __future__ import annotations

import pytest

from assistant.drafts.check_report import CheckedClaim, CheckedQuotation, DraftVerdict, QuotationVerdict
from assistant.drafts.quoted import Compared, with_quotations
from tests.drafts.conftest import Check
from tests.fakes.evidence import evidence


@pytest.mark.parametrize(
    ("text", "quotation", "verdict"),
    [
        (
            "“I learned it from a lorry driver,” said Joss Rendle, the chief executive of Harrock Ports.",
            QuotationVerdict.FOUND,
            DraftVerdict.SUPPORTED,
        ),
        (
            '"I learned it from a lorry driver," said Joss Rendle.',  # typography alone
            QuotationVerdict.FOUND,
            DraftVerdict.SUPPORTED,
        ),
        (
            "“I learned it from a taxi driver,” said Joss Rendle.",
            QuotationVerdict.ALTERED,
            DraftVerdict.MISQUOTED,
        ),
        (
            "“I learned it from a lorry driver,” said Greta Daubry.",
            QuotationVerdict.OTHER_SPEAKER,
            DraftVerdict.MISQUOTED,
        ),
        (
            "“We shall fight on the beaches,” said Edwin Corrath.",
            QuotationVerdict.NOT_FOUND,
            DraftVerdict.NOT_FOUND,
        ),
        (
            "“I learned it from a lorry driver,” said Joss Rendle, who lives in Norway with five parrots.",
            QuotationVerdict.FOUND,
            DraftVerdict.PARTLY,
        ),
        (
            "“I learned it from a lorry driver,” said Joss Rendle of the savings.",  # told elsewhere in the article
            QuotationVerdict.FOUND,
            DraftVerdict.PARTLY,
        ),
    ],
)
def test_quotations_are_compared_letter_by_letter(
    check: Check, text: str, quotation: QuotationVerdict, verdict: DraftVerdict
) -> None:
    (claim,) = check(text).claims
    assert [q.verdict for q in claim.quotations] == [quotation]
    assert claim.verdict is verdict


def test_what_is_altered_stands_beside_the_archives_words(check: Check) -> None:
    (claim,) = check("“When you do not know your reserves, you start spending,” Ms. Sorrell said.").claims
    (quotation,) = claim.quotations
    assert "you stop spending" in quotation.archive_words
    assert claim.evidence
    assert quotation.evidence in claim.evidence


def test_a_quotation_of_several_sentences_is_compared_sentence_by_sentence(check: Check) -> None:
    text = "“It is not a bridge yet,” she said at the far end. “It is a corridor. But it leads to Southside.”"
    verdicts = [q.verdict for claim in check(text).claims for q in claim.quotations]
    assert verdicts == [QuotationVerdict.FOUND, QuotationVerdict.FOUND, QuotationVerdict.ALTERED]


def test_one_word_in_marks_is_no_quotation(check: Check) -> None:
    (claim,) = check("The council accepted a “tender” of 54 million crowns from Brunmark Civil.").claims
    assert claim.quotations == ()


@pytest.mark.parametrize(("same", "verdict"), [(True, DraftVerdict.CONTRADICTED), (False, DraftVerdict.SUPPORTED)])
def test_a_quotation_does_not_outweigh_what_its_own_sentence_contradicts(same: bool, verdict: DraftVerdict) -> None:
    text = "“Not a word of violence” was in the resolution."
    holding = evidence("“Not a word of violence” was not in the resolution.")
    against = holding if same else evidence("The resolution was withdrawn.", name="b")
    claim = CheckedClaim(
        text=text, start=0, end=len(text), read_as=text, verdict=DraftVerdict.CONTRADICTED, evidence=(against,)
    )
    found = CheckedQuotation(
        text="Not a word of violence", start=1, end=23, verdict=QuotationVerdict.FOUND, evidence=holding
    )
    assert with_quotations(claim, [Compared(found, holding.text)]).verdict is verdict
