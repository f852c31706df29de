"""The report as Markdown and as JUnit XML: both are read back by libraries that others read them with."""

from dataclasses import replace
from typing import Any

from lxml import etree
from markdown_it import MarkdownIt

from eval.report import compare_markdown, junit, run_markdown
from tests.eval.report import runs
from tests.eval.report.test_pages import comparison


def kinds(text: str) -> list[str]:
    """Kinds of everything that a Markdown reader sees in the text."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    return [inner.type for token in tokens for inner in (token, *(token.children or []))]


def read(xml: str) -> Any:
    return etree.fromstring(xml.encode("utf-8"), etree.XMLParser(resolve_entities=False))


def test_markdown_tells_headline_tags_and_what_did_not_pass() -> None:
    text = run_markdown(runs.small_run())
    assert text.startswith("# examples: 2 of 4 passed\n")
    assert "50.0 % [25.0, 75.0], no language model" in text
    assert "| dates | 1 | 1 | 10% to 90% |" in text
    assert "- **fail-1** Who closed the bridge?\n  - failed: 0 of 1 gold sentences cited" in text
    assert "  - gold, ranked no. 2, not offered: It was Gerrit Osk. (bridge.txt)" in text
    assert "When was the bridge closed?" not in text.split("## Not passed")[1]


def test_foreign_text_makes_no_markup_in_markdown() -> None:
    run = runs.hostile_run()
    for text in (run_markdown(run), compare_markdown(run, run, comparison(losses=(runs.TEXT,)))):
        found = kinds(text)
        assert not {"html_inline", "html_block", "link_open", "image", "code_inline", "fence", "code_block"} & set(
            found
        )
        assert found.count("heading_open") <= 5
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "https://" not in text.replace("\\:", "")


def test_a_comparison_in_markdown_lists_what_was_lost() -> None:
    text = compare_markdown(runs.small_run(bridge_passed=True), runs.small_run(), comparison())
    assert text.startswith("# examples: 3 → 2 of 4 passed\n")
    assert "| passed | 0.750 | 0.500 | -0.250 [-0.400, -0.100] | 0.020 |" in text
    assert "## Lost\n\n- **fail-1** Who closed the bridge?" in text
    assert "## Won" not in text


def test_junit_counts_as_build_servers_do() -> None:
    root = read(junit(runs.small_run()))
    suite = root.find("testsuite")
    assert {k: suite.get(k) for k in ("tests", "failures", "errors", "skipped")} == {
        "tests": "5",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    failed = suite.find("testcase[failure]")
    assert failed.get("classname") == "examples.who"
    assert failed.get("name") == "fail-1: Who closed the bridge?"
    assert failed.find("failure").get("message") == "0 of 1 gold sentences cited"
    assert "Gold, ranked no. 2, not offered: It was Gerrit Osk." in failed.find("failure").text
    assert suite.find("testcase[error]").find("error").get("message") == "The server fell silent."


def test_junit_stays_well_formed_whatever_an_article_says() -> None:
    root = read(junit(runs.hostile_run()))
    assert root.find(".//failure").text.count("<script>document.title") >= 1
    assert not root.findall(".//script")


def test_a_run_without_results_is_told_too() -> None:
    whole = runs.small_run()
    nothing = replace(whole, results=(), timings=(), scores=replace(whole.scores, groups=(), figures=(), missing=5))
    assert "Not scored: 1; not asked: 5." in run_markdown(nothing)
    assert read(junit(nothing)).find("testsuite").get("tests") == "0"
