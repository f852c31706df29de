"""The report in a real browser, where there is one: nothing is cut off on a phone, filters work, attacks do nothing."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from eval.records import Run
from eval.report import compare_html, html
from tests.eval.report import runs
from tests.eval.report.test_pages import comparison

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs Chromium")

# What a person's browser would do with the page cannot be asked with the page's own policy in force: it admits no
# script. The layout and the filters are asked with the policy taken out, the attacks with the policy in force.
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
WIDTHS = """
<script>
const wide = [...document.querySelectorAll("body *")].filter(
  e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, .skip, .visually-hidden"));
document.title = JSON.stringify({page: document.documentElement.scrollWidth, window: innerWidth,
  wide: wide.map(e => e.tagName + "." + e.className).slice(0, 5)});
</script>"""
CHOOSE = """
<script>
const seen = () => [...document.querySelectorAll(".q")].filter(e => e.checkVisibility()).length;
const choose = id => { document.getElementById(id).click(); return seen(); };
document.title = JSON.stringify([seen(), choose("s-passed"), choose("s-failed"), choose("t0"), choose("s-all"),
  choose("t-all")]);
</script>"""


def opened(tmp_path: Path, page: str, width: int) -> str:
    """The page's elements after a browser has read and run what it may."""
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    quiet = ("gpu", "quic", "background-networking", "component-update", "sync", "extensions")
    command = [
        *(str(BROWSER), "--headless", "--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet)),
        *(f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},900", "--virtual-time-budget=2000"),
        *("--dump-dom", file.as_uri()),
    ]
    return subprocess.run(command, capture_output=True, timeout=60, check=True, text=True, encoding="utf-8").stdout


def title(dom: str) -> str:
    return dom.partition("<title>")[2].partition("</title>")[0]


def asked(tmp_path: Path, page: str, script: str, width: int = 1280) -> str:
    free = _POLICY.sub("", page)
    assert free != page
    return title(opened(tmp_path, free.replace("</body>", script + "</body>"), width))


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_cut_off(tmp_path: Path, width: int) -> None:
    before = runs.small_run(bridge_passed=True)
    for page in (
        html(runs.large_run(3)),
        html(runs.hostile_run()),
        compare_html(before, runs.small_run(), comparison()),
    ):
        found = asked(tmp_path, page, WIDTHS, width)
        assert '"wide":[]' in found, found


def test_the_filters_show_what_was_chosen(tmp_path: Path) -> None:
    page = html(runs.small_run())
    assert 'id="t0"><span>direct</span>' in page  # a failure and an error have it
    assert asked(tmp_path, page, CHOOSE) == "[5,2,2,2,2,5]"


@pytest.mark.parametrize("make", [html, lambda run: compare_html(run, run, comparison(losses=(runs.TEXT,)))])
def test_attacks_do_nothing(tmp_path: Path, make: Callable[[Run], str]) -> None:
    page = make(runs.hostile_run())
    for read in (page, _POLICY.sub("", page)):  # the policy is the second line: escaping alone must do
        dom = opened(tmp_path, read, 1280)
        assert title(dom) != "owned"
        assert "<script" not in dom.lower()
