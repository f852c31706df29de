"""Pages of our own are read as they should be; damaged files end in articles or reasons."""

import pytest

from research.experiments.pages import LAYOUTS, STORIES, measured
from tests import fuzz


def test_fifty_pages() -> None:
    scores = list(measured())
    assert len(scores) == len(LAYOUTS) * len(STORIES) == 50
    for part in ("title", "day", "updated", "language"):
        assert [score.name for score in scores if not getattr(score, part)] == []
    assert all(score.text == 1.0 for score in scores)
    assert sum(score.clean for score in scores) >= 49


@pytest.mark.parametrize("kind", fuzz.SEEDS)
def test_damaged_files_end_in_articles_or_reasons(kind: str) -> None:
    outcome = fuzz.run(kind, 20, seed=2)
    assert outcome.failures == []
    assert outcome.articles + outcome.reasons == outcome.cases == 20


def test_a_case_is_made_from_its_number_alone() -> None:
    import random

    seed = fuzz.SEEDS["html"][1]()
    assert fuzz.damaged(seed, random.Random("x")) == fuzz.damaged(seed, random.Random("x")) != seed
