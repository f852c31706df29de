"""Pages of our own are read as they should be; damaged files end in articles or reasons."""

from collections.abc import Callable
from pathlib import Path

import pytest
from htmldate import find_date

from research.experiments import real_pages
from research.experiments.mistyped import mistyped
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


def test_thirty_pages_built_as_real_ones() -> None:
    ours, theirs = zip(*real_pages.measured(), strict=True)
    assert len(ours) == 30
    for part in ("title", "day", "authors", "outlet", "clean"):
        assert [reading.name for reading in ours if not getattr(reading, part)] == []
        assert sum(getattr(reading, part) for reading in theirs) < 30
    assert all(reading.text == 1.0 for reading in ours)


def test_errors_are_put_into_questions_by_their_number_alone() -> None:
    question = "How many workers did Halden Mills lose?"
    assert mistyped(question, 2, 1) == mistyped(question, 2, 1) != mistyped(question, 2, 2)
    changed = [one != two for one, two in zip(question.split(), mistyped(question, 2, 1).split(), strict=True)]
    assert sum(changed) == 2 and not changed[0]


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
