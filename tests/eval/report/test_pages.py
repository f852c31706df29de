"""The report as a page: what it tells, that foreign text stays text, and that it stays small."""

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from eval.records import Comparison, Difference
from eval.report import compare_html, html
from tests.eval.report import runs


class Elements(HTMLParser):
    """All elements with their attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(re.sub("<style>.*?</style>", "", page, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self.text += " "

    def handle_data(self, data: str) -> None:
        self.text += data


def comparison(losses: Sequence[str] = ("fail-1",), wins: Sequence[str] = ()) -> Comparison:
    difference = Difference(name="passed", before=0.75, after=0.5, change=-0.25, low=-0.4, high=-0.1, p=0.02, n=4)
    return Comparison(
        before="run-3",
        after="run-2",
        changed={"model": ("", "llama"), "evidence": ("12", "8")},
        differences=(difference,),
        wins=tuple(wins),
        losses=tuple(losses),
        same=3,
        unpaired=("error-1",),
    )


def hostile_pages() -> list[str]:
    run = runs.hostile_run()
    compared = compare_html(run, run, comparison(losses=(run.results[0].id,), wins=(runs.TEXT,)))
    return [html(run), compared]


@pytest.mark.parametrize("page", hostile_pages(), ids=["run", "comparison"])
class TestForeignTextStaysText:
    def test_no_element_or_attribute_comes_from_it(self, page: str) -> None:
        elements = Elements(page).found
        assert not {"script", "img", "iframe", "object", "embed", "form", "textarea", "base", "link"} & {
            t for t, _ in elements
        }
        names = {name for _, attributes in elements for name in attributes}
        assert not [name for name in names if name.startswith("on") or name in ("style", "srcdoc", "formaction")]

    def test_nothing_is_loaded_from_elsewhere(self, page: str) -> None:
        addresses = {
            value
            for _, attributes in Elements(page).found
            for name, value in attributes.items()
            if name in ("href", "src", "action", "xlink:href", "data") and value and not value.startswith("#")
        }
        assert not addresses
        assert "@import" not in page
        assert "url(" not in page

    def test_it_is_shown_word_for_word(self, page: str) -> None:
        text = Elements(page).text
        for attack in runs.HOSTILE[:5]:
            assert attack in text

    def test_no_control_or_direction_character_is_left(self, page: str) -> None:
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b]", page)

    def test_the_policy_admits_only_its_own_style_sheets(self, page: str) -> None:
        policy = next(
            a["content"] or "" for t, a in Elements(page).found if a.get("http-equiv") == "Content-Security-Policy"
        )
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe" not in policy


def test_failures_come_first_and_stand_open() -> None:
    page = html(runs.small_run())
    order = [page.index(f">{q}<") for q in ("Who closed the bridge?", "What broke?", "When was the bridge closed?")]
    assert order == sorted(order)
    states = re.findall(r'<details class="q (\w+)[^"]*" id="q-\d+"( open)?>', page)
    assert states == [("not", " open"), ("not", " open"), ("ok", ""), ("ok", ""), ("skip", "")]


def test_a_failure_tells_what_was_said_what_was_expected_and_how_far_the_gold_sentence_came() -> None:
    text = " ".join(Elements(html(runs.small_run())).text.split())
    assert "Why: 0 of 1 gold sentences cited" in text
    assert "It was Gerrit Osk. bridge.txt · ranked no. 2, not offered" in text
    assert "after “When was the bridge closed?”" in text
    assert "The server fell silent." in text
    assert "no answer; the archive does not hold it" in text
    assert "1 could not be scored; they count as not passed" in text


def test_the_headline_stands_with_its_interval() -> None:
    page = html(runs.small_run())
    assert "<b>2</b> of 4 questions passed" in page
    assert "50.0 % [25.0, 75.0]" in page


def test_every_tag_can_be_chosen() -> None:
    page = html(runs.small_run())
    tags = re.findall(r'id="t(\d+)"><span>(.*?)</span>', page)
    assert {name for _, name in tags} == {"dates", "who", "direct", "unanswerable"}
    number = next(n for n, name in tags if name == "who")
    assert re.search(rf'<details class="q not [^"]*t{number}\b[^>]*>\s*<summary>.*?Who closed the bridge\?', page)
    assert f".questions:has(#t{number}:checked)" in page


def test_an_interrupted_run_says_so_and_an_empty_one_can_be_looked_at() -> None:
    whole = runs.small_run()
    cut = replace(whole, results=whole.results[:1], timings=(), scores=replace(whole.scores, missing=4))
    assert "This run is not finished: 4 questions have not been asked." in html(cut)
    nothing = replace(cut, results=(), scores=replace(cut.scores, groups=(), figures=(), planned=0, seconds_p50=None))
    assert "of 0 questions passed" in html(nothing)


def test_a_run_of_150_questions_makes_a_page_below_a_megabyte_and_a_half_at_once() -> None:
    run = runs.large_run(150)
    began = time.perf_counter()
    page = html(run)
    assert time.perf_counter() - began < 5
    assert len(page.encode()) < 1_500_000


def test_a_comparison_puts_losses_first_and_both_answers_side_by_side() -> None:
    before, after = runs.small_run(bridge_passed=True), runs.small_run()
    page = compare_html(before, after, comparison(wins=("pass-1",)))
    text = " ".join(Elements(page).text.split())
    assert "3 → 2 of 4 questions passed" in text
    assert text.index("Lost: passed before") < text.index("Who closed the bridge?") < text.index("Won: passed after")
    assert "Before: passed" in text
    assert "After: failed" in text
    assert "evidence 12 8" in text
    assert "One of the runs could not score these: error-1." in text


def test_what_the_checks_found_is_told() -> None:
    text = " ".join(Elements(html(runs.hostile_run())).text.split())
    assert "It cites numbers that were never offered: 7." in text
    assert "Left out, because a check failed: unsupported." in text
    assert "The articles differ about" in text
