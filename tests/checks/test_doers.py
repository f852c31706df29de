"""Who does it: the deed of one is not another's, and words that changed places are seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.checks.claim import Claim
from assistant.checks.completeness import check_extent
from assistant.checks.doers import check_doers, is_excerpt, stands_in_order
from tests.checks.evidence_for_checks import citation

WRONG = [
    ("The mayor resigned.", "The mayor said the council had rejected the plan and the governor resigned."),
    ("Ilka Brandt visited Orrin.", "Ilka Brandt met Sefa Orun in Caddenport and Joss Rendle visited Orrin."),
    ("The bank failed.", "The bank that lent the money to the port survived, but its rival failed."),
    ("Verrania withdrew its guards.", "Verrania refused on Monday, and Duskar withdrew its guards from the weir."),
    ("Halvek was fined 3 million crowns.", "Halvek was cleared while its supplier was fined 3 million crowns."),
    ("Grell pleaded guilty.", "Grell appeared as a witness against Edwin Corrath, who pleaded guilty."),
    ("The council closed the bridge.", "The council wanted it open, but the inspectors closed the bridge."),
    ("Police shot the dog.", "Police said the neighbour shot the dog."),
    ("Verrania beat Duskar 3-1.", "Duskar beat Verrania 3-1."),
    ("Verrania was beaten by Duskar.", "Duskar was beaten by Verrania."),
    ("Ilka Brandt was sued by Joss Rendle.", "Ilka Brandt sued Joss Rendle on Monday over the mill."),
    ("Joss Rendle sued Ilka Brandt.", "Last week Joss Rendle was sued by Ilka Brandt."),
    ("Halvek owes Corrath 3 million crowns.", "Corrath owes Halvek 3 million crowns."),
    ("Verrania beat Duskar.", "Verrania lost to Duskar."),
    ("Verrania lost to Duskar in the final.", "In the final Verrania defeated Duskar."),
    ("Ilka Brandt taught Ilka Brandt, and the rules were new.", "When they taught Ilka Brandt, the rules were new."),
    ("The Orrin Herons won the cup in 2024.", "Her Orrin Herons lost to Duskar, who went on to the cup's last round."),
    ("The port was sued by the bank over the cranes.", "The bank was sued by the port over the cranes."),
    (
        "Police hurled stones outside the mill as strikers used water cannons.",
        "Strikers hurled stones outside the mill as police used water cannons.",
    ),
    (
        "Duskar's guards stopped a boat at the request of the Verranian ministry.",
        "Verranian guards stopped a boat at the request of Duskar's ministry.",
    ),
]
RIGHT = [
    ("Tolland has led the guard since 2021.", "Gen. Tolland, 61, has led the guard since 2021."),
    ("The council closed the bridge.", "The council, which met for four hours, closed the bridge."),
    ("The council closed the bridge.", "The council met for four hours and closed the bridge."),
    ("Five people were killed.", "A blast at a bus station in Gombe killed five people."),
    ("Anthony Batts thanked her.", "But Police Commissioner Anthony Batts thanked her."),
    ("The commissioner thanked her.", "But Police Commissioner Anthony Batts thanked her."),
    ("The brewery moved to Orrin.", "The brewery at the old docks moved to Orrin."),
    ("She left the party.", "Daubry stayed when Corrath left the party."),
    ("Lind, Orr and Vale were elected.", "Vale, Orr and Lind were elected."),
    ("Skarby was beaten by Lindo in the final.", "In the final Lindo had beaten Skarby."),
    ("The mayor resigned.", "The mayor resigned after the governor resigned."),
    ("Ilka Brandt was sued by Joss Rendle.", "Joss Rendle sued Ilka Brandt."),
    ("Joss Rendle did not beat Ilka Brandt.", "Ilka Brandt beat Joss Rendle."),
    ("Verrania lost to Duskar.", "Duskar beat Verrania."),
    ("Brandt beat Brandt.", "Ilka Brandt beat her sister Asta Brandt."),
    ("Joss Rendle moved to Orrin.", "Joss Rendle moved to Orrin in May."),
    ("Verrania won the first set.", "Verrania lost to Duskar, 6-4, 3-6, 2-6."),
    ("Verrania won the cup in 2021.", "Verrania lost to Duskar, which took a title that Verrania has won itself."),
    ("Verrania borders Duskar.", "Duskar borders Verrania."),
    ("The bakery sold bread, butter and jam.", "The bakery sold jam, butter and bread."),
]


def claim(said: str, source: str) -> Claim:
    return Claim.of(said, [1], {1: citation(1, source)})


@pytest.mark.parametrize(("said", "source"), WRONG)
def test_the_deed_of_another_is_seen(said: str, source: str) -> None:
    assert check_doers(claim(said, source))


def test_two_names_in_each_others_places_beside_a_verb_leave_a_reader_nothing_to_say() -> None:
    assert [
        f.certain for f in check_doers(claim("Orrin has sued the Halvek Bank.", "The Halvek Bank sued Orrin."))
    ] == [True]


@pytest.mark.parametrize(("said", "source"), RIGHT)
def test_the_same_deed_in_other_words_is_not_doubted(said: str, source: str) -> None:
    assert not check_doers(claim(said, source))


@pytest.mark.parametrize(
    ("said", "source", "problem"),
    [
        ("Parking was banned near all springs.", "Parking was banned near some springs.", "“all springs”"),
        ("It was the worst storm of the year.", "It was one of the worst storms of the year.", "“the worst”"),
        ("It was one of the worst storms.", "It was one of the worst storms of the year.", ""),
        ("Not all springs were closed.", "Some springs were closed.", ""),
        ("All springs were closed.", "All springs were closed, some of them for a year.", ""),
        ("All members signed the letter.", "Nearly all members signed the letter.", "“All members”"),
        ("Most of the passengers were hurt.", "Some of the passengers were hurt.", "“Most of the passengers”"),
        ("Most members signed the letter.", "Almost all members signed the letter.", ""),
        ("The head of the bank spoke.", "The former head of the bank spoke.", "“head”"),
        ("Mayor Voss opened the pool.", "Deputy Mayor Voss opened the pool.", "“Mayor”"),
        ("Voss, who formerly headed the bank, spoke.", "The former head of the bank, Voss, spoke.", ""),
        ("Lena Voss wrote the report.", "His deputy Lena Voss wrote the report.", ""),
        ("The player left Orrin.", "The former Orrin player left Orrin for Selm, a new player said.", ""),
    ],
)
def test_some_are_not_all_and_a_deputy_mayor_is_no_mayor(said: str, source: str, problem: str) -> None:
    told = [finding.problem for finding in check_extent(claim(said, source))]
    assert [found.partition(", but")[0] for found in told] == ([problem] if problem else [])


def test_a_capital_that_opens_a_sentence_makes_no_name() -> None:
    source = "Nurses at the hospital accused managers of hiding shortages."
    assert check_doers(claim("Managers at the hospital accused nurses of hiding shortages.", source))
    assert not check_doers(claim("Nurses accused managers at the hospital of hiding shortages.", source))


def test_an_excerpt_leaves_words_out_and_changes_none() -> None:
    source = "The engineer from Orrin became the first woman to qualify after five wins, not before."
    assert is_excerpt(claim("The engineer became a woman to qualify after wins.", source))
    assert not is_excerpt(claim("The engineer became the first to qualify.", source))
    assert not is_excerpt(claim("The engineer became a woman to qualify before wins.", source))


@pytest.mark.parametrize(
    ("said", "source"),
    [
        (
            "Ilka Lind said the storm is expected to reach Orrin.",
            "The storm is expected to reach Orrin, Ilka Lind said.",
        ),
        ("The port said that it lost 3 cranes.", "It lost 3 cranes on Monday, said the port."),
        ("The port closed its gates on 11 March 2024.", "The port closed its gates on Monday, said its director."),
    ],
)
def test_who_says_it_may_stand_behind_and_a_day_may_be_written_out(said: str, source: str) -> None:
    assert is_excerpt(claim(said, source))


@given(st.lists(st.sampled_from("abcd"), max_size=6), st.lists(st.sampled_from("abcd"), max_size=8))
def test_words_stand_in_order_where_leaving_out_others_gives_them(words: list[str], text: list[str]) -> None:
    left: set[tuple[str, ...]] = {()}
    for word in text:
        left |= {(*kept, word) for kept in left}
    assert stands_in_order(words, text) is (tuple(words) in left)
