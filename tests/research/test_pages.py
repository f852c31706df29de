"""Pages of our own are read as they should be; damaged files end in articles or reasons."""

from collections.abc import Callable
from pathlib import Path

import pytest
from htmldate import find_date

from research.experiments.pages import LAYOUTS, STORIES, Story, byline, json_ld, measured, plain_time
from tests import fuzz
from tests.articles import only_article, write

# Where htmldate takes another date of the page: that of the whole site, that of a related story, 1 January for a day
# written in Chinese characters.
ASTRAY = {(layout, story.language) for layout in (json_ld, plain_time) for story in STORIES} | {(byline, "ja")}


def test_fifty_pages() -> None:
    scores = list(measured())
    assert len(scores) == len(LAYOUTS) * len(STORIES) == 50
    for part in ("title", "day", "updated", "language"):
        assert [score.name for score in scores if not getattr(score, part)] == []
    assert all(score.text == 1.0 for score in scores)
    assert sum(score.clean for score in scores) >= 49


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.language)
def test_the_day_of_a_page_is_the_one_that_htmldate_finds_or_none(
    tmp_path: Path, layout: Callable[[Story], str], story: Story
) -> None:
    page = layout(story)
    ours, theirs = only_article(write(tmp_path, "a.html", page)).published, find_date(page, original_date=True)
    if (layout, story.language) in ASTRAY:
        assert ours == story.day and str(ours) != theirs
    else:
        assert ours is None or str(ours) == theirs


@pytest.mark.parametrize("kind", fuzz.SEEDS)
def test_damaged_files_end_in_articles_or_reasons(kind: str) -> None:
    outcome = fuzz.run(kind, 20, seed=2)
    assert outcome.failures == []
    assert outcome.articles + outcome.reasons == outcome.cases == 20


def test_a_case_is_made_from_its_number_alone() -> None:
    import random

    seed = fuzz.SEEDS["html"][1]()
    assert fuzz.damaged(seed, random.Random("x")) == fuzz.damaged(seed, random.Random("x")) != seed
