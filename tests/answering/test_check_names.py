"""Names and speakers."""

from __future__ import annotations

import pytest

from assistant.answering.checks.names import check_names
from assistant.answering.checks.sources import Sources
from assistant.answering.checks.speech import check_speaker
from assistant.records import ArticleInfo
from tests.answering.evidence_for_checks import citation

ARTICLE = ArticleInfo(
    id="a", version=1, source="a", title="Tobias Renner quits as mayor", outlet="Coast Herald", published=None
)


def problems(said: str, *texts: str) -> list[str]:
    sources = Sources(tuple(citation(i, t, ARTICLE, 3 * i) for i, t in enumerate(texts, 1)), ())
    return [finding.problem for finding in (*check_names(said, sources), *check_speaker(said, sources))]


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("Varga won.", "Elena Varga won."),
        ("Ms Varga’s party won.", "Elena Varga and her party won."),
        ("Mayor Varga won.", "Mayor Elena Varga won."),
        ("Mayor Tobias Renner left.", "The mayor left."),  # the title names him
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
    (finding,) = check_names("Varga won.", Sources((cited,), (other,)))
    assert "[2], not in [1]" in finding.problem
