"""What somebody holds is no fact: opinions, claims and forecasts told without whose they are."""

from __future__ import annotations

import pytest

from assistant.checks.opinions import check_opinion
from assistant.records import Verdict
from tests.checks.evidence_for_checks import check_against, claim_on

CALLED = "Opposition leader Tam Orrin called the budget plan reckless."
SAFE = "The minister said the bridge was safe and that no repairs were needed."
FARMS = "Critics say the law will hurt small farms in the valley."
INVOICES = "Prosecutors allege that Piet Hamsen forged the invoices."


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("The budget plan was reckless.", CALLED),
        ("The bridge is safe and no repairs are needed.", SAFE),
        ("The law will hurt small farms in the valley.", FARMS),
        ("The law will hurt small farms in the valley.", "The law will hurt small farms in the valley, critics say."),
        ("Piet Hamsen forged the invoices.", INVOICES),
        ("The plan is unfair to tenants.", "“The plan is unfair to tenants,” said Mia Lind."),
        ("The plan is unfair to tenants.", "According to Mia Lind, the plan is unfair to tenants."),
        ("Floods will follow the thaw in Orrin.", "The agency warned that floods will follow the thaw in Orrin."),
    ],
)
def test_what_somebody_holds_is_not_told_as_a_fact(said: str, source: str) -> None:
    checked = check_against(said, source)
    assert checked.verdict is Verdict.PARTLY
    assert any("somebody’s view" in problem for problem in checked.problems)


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("Tam Orrin called the budget plan reckless.", CALLED),
        ("According to the minister, the bridge was safe.", SAFE),
        ("The law will hurt small farms in the valley, critics say.", FARMS),
        ("Twelve people were hurt in the crash.", "Police said twelve people were hurt in the crash near Orrin."),
        ("The bridge opens in May.", "The minister said the bridge opens in May."),
        ("A suspect was arrested in Orrin.", "Police said a suspect was arrested in Orrin."),
        ("Jobless claims fell to 200,000 in May.", "Jobless claims fell to 200,000 in May, after they had risen."),
        ("The storm killed 12 people.", "The storm claimed 12 lives and killed 12 people in Orrin."),
        ("The bridge is safe.", f"{SAFE} A test showed that the bridge is safe."),
        (
            "Orrin and Falkner signed the safe bridge plan.",
            "Orrin, Lind says, and Falkner signed the safe bridge plan.",
        ),
    ],
)
def test_what_names_its_holder_or_is_merely_reported_passes(said: str, source: str) -> None:
    assert check_opinion(claim_on(said, source)) == []
