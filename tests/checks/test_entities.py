"""Names and speakers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.checks.attribution import check_speaker
from assistant.checks.claim import Claim, Sources
from assistant.checks.entities import check_names, check_offices
from assistant.records import ArticleInfo, Citation, Verdict
from tests.checks.evidence_for_checks import citation

ARTICLE = ArticleInfo(
    id="a", version=1, source="a", title="Tobias Renner quits as mayor", outlet="Coast Herald", published=None
)


def claim_of(said: str, *cited: Citation, others: tuple[Citation, ...] = ()) -> Claim:
    return Claim(text=said, sources=Sources(cited, others))


def problems(said: str, *texts: str) -> list[str]:
    claim = claim_of(said, *(citation(i, t, ARTICLE, 3 * i) for i, t in enumerate(texts, 1)))
    return [finding.problem for finding in (*check_names(claim), *check_speaker(claim))]


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("Varga won.", "Elena Varga won."),
        ("Ms Varga’s party won.", "Elena Varga and her party won."),
        ("Mayor Varga won.", "Mayor Elena Varga won."),
        ("Mayor Tobias Renner left.", "Renner left as mayor."),  # the title gives his first name
        ("The CCP reported it.", "The Centers for Coast and Port Safety reported it."),
        ("The Coast Herald reported that he left.", "He left."),
        ("Sen. Varga won.", "Senator Elena Varga won."),
        ("The United States won.", "The U.S. won."),
        ("The US won.", "America won."),
        ("British voters won.", "Voters in Britain won."),
        ("The Cuban team won.", "The team from Cuba won."),
        ("The ICC ruled.", "The International Criminal Court ruled."),
        ("The International Criminal Court ruled.", "The ICC ruled."),
        ("Parliament voted.", "The parliament voted."),
        ("Reporters asked him.", "He was asked by the press."),
        ("However, he left.", "He left."),
        ("José Maro won.", "Jose Maro won."),
        ("Varga said he left.", "He left, Varga said."),
        ("According to Varga, he left.", "Varga told Maro that he left."),
    ],
)
def test_names_that_the_source_has(said: str, source: str) -> None:
    assert problems(said, source) == []


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("Maro won.", "Elena Varga won."),
        ("The party of Maro won.", "Elena Varga and her party won."),
        ("Anna Varga won.", "Elena Varga won."),
        ("Tobias Renner left in Greyfell.", "He left in Greyfell."),  # the title alone says who
        ("Mayor Tobias Renner left.", "Mayor Ada Renner left."),  # the title names another
        ("Renner said he left.", "“I have left,” Maro said."),
        ("Elena Maro won.", "Elena Varga and Juan Maro won."),  # a first name and a surname of two people
        ("Iraq won.", "Iran won."),
        ("In the end Tim Okonedo won.", "In the end it went to Tim Westwood."),  # "to" is no acronym
        ("Varga said he left.", "He left, Maro said. Varga applauded."),
        ("Maro said he left.", "Varga said he left."),
        ("According to Maro, he left.", "Varga told Maro that he left."),
    ],
)
def test_names_that_it_has_not(said: str, source: str) -> None:
    assert problems(said, source) != []


def test_a_longer_name_may_be_put_together_from_two_cited_sentences() -> None:
    assert problems("Elena Varga won in Greyfell.", "Varga won in Greyfell.", "Elena Varga was born in Ostmark.") == []


def test_a_name_from_another_sentence_of_the_article_is_told_with_its_number() -> None:
    cited, other = citation(1, "She won.", ARTICLE, 1), citation(2, "Elena Varga ran.", ARTICLE, 2)
    (finding,) = check_names(claim_of("Varga won.", cited, others=(other,)))
    assert "[2], not in [1]" in finding.problem


def found(said: str, *cited: Citation, others: tuple[Citation, ...] = ()) -> list[tuple[Verdict, str]]:
    return [(finding.verdict, finding.problem) for finding in check_names(claim_of(said, *cited, others=others))]


def test_what_only_the_title_names_is_said_to_be_there() -> None:
    article = replace(ARTICLE, title="Police search the estate in Palm Beach, Florida")
    (place,) = found("Officers came to an estate in Palm Beach.", citation(1, "Officers came to an estate.", article))
    assert place[0] is Verdict.PARTLY
    assert "in the title" in place[1]


SUSPENDED = citation(1, "Cherry was suspended.", ARTICLE, 5)


def test_another_sentence_of_the_article_may_complete_a_name() -> None:
    whole = citation(2, "Detective Patrick Cherry drove.", ARTICLE, 2)
    assert (
        found("Patrick Cherry was suspended.", citation(1, "Cherry was suspended.", ARTICLE, 5), others=(whole,)) == []
    )


def test_it_does_not_when_two_people_bear_the_name() -> None:
    others = (citation(2, "Patrick Cherry drove.", ARTICLE, 2), citation(3, "Lena Cherry walked.", ARTICLE, 3))
    assert found("Patrick Cherry was suspended.", SUSPENDED, others=others) != []


def test_nor_from_another_article() -> None:
    other = citation(2, "Patrick Cherry drove.", replace(ARTICLE, id="b"), 2)
    assert (
        found("Patrick Cherry was suspended.", citation(1, "Cherry was suspended.", ARTICLE, 5), others=(other,)) != []
    )


@pytest.mark.parametrize(
    ("before", "text", "clear"),
    [
        ("Elena Varga won the vote in Greyfell.", "She will take office on Monday.", True),
        ("Elena Varga won the vote in Greyfell.", "“I will take office on Monday,” she said.", True),
        ("Elena Varga won the vote.", "Ada Maro will take office on Monday, she said.", False),  # someone else first
        ("Elena Varga beat Juan Maro.", "She will take office on Monday.", False),  # two people
        ("Elena Varga won the vote in Greyfell.", "The mayor will take office on Monday.", False),  # no pronoun
    ],
)
def test_a_pronoun_points_to_the_only_person_before_it(before: str, text: str, clear: bool) -> None:
    cited = replace(citation(1, text, ARTICLE, 4), before=before)
    assert (found("Varga will take office on Monday.", cited) == []) is clear


def test_a_capital_letter_at_the_beginning_makes_no_name_of_a_common_word() -> None:
    other = citation(2, "The recovery of the wreck goes on.", ARTICLE, 2)
    assert found("Recovery was slow.", citation(1, "It was slow.", ARTICLE, 5), others=(other,)) == []


@pytest.mark.parametrize(
    ("said", "source", "found"),
    [
        ("The governor, Elena Varga, asked for aid.", "Orrin’s mayor, Elena Varga, asked for aid.", 1),
        ("The mayor, Elena Varga, asked for aid.", "Orrin’s mayor, Elena Varga, asked for aid.", 0),
        ("Governor Elena Varga asked for aid.", "Gov. Elena Varga asked for aid.", 0),
        ("The mayor asked for aid.", "Renner asked for aid.", 0),  # the title of his article calls him so
    ],
)
def test_an_office_is_one_that_the_sources_give(said: str, source: str, found: int) -> None:
    assert len(check_offices(claim_of(said, citation(1, source, ARTICLE, 3)))) == found
