"""What screen readers are told of every page, kept as text; and axe-core, in light and dark, finds nothing wrong.

After a wanted change of a page, write the text anew, and read what changed:

    RENEW_TREES=1 python -m pytest tests/serve/test_accessible.py -k told
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import pytest

from research.tools import chromium

AXE = Path(sys.prefix) / "node_modules" / "axe-core" / "axe.min.js"
TREES = Path(__file__).with_name("accessible_trees.txt")
pytestmark = pytest.mark.skipif(chromium.program() is None, reason="needs Chromium")
pytest.importorskip("websockets")

from assistant.settings import Settings  # noqa: E402
from tests.serve.browser import Browser  # noqa: E402
from tests.serve.served import Served, opened, serving  # noqa: E402
from tests.serve.test_evaluation_pages import KeptTwo  # noqa: E402
from tests.serve.tree import accessible_tree  # noqa: E402

DRAFT = "Harbour\\n\\nThe ferry to Sand Isle carried 23,400 people last year. It burned down in 1911. Is it safe?"
RULES = """axe.run(document, {
  resultTypes: ["violations"],
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}).then((found) => JSON.stringify(found.violations.map((v) => [v.id, v.nodes.map((n) => n.html.slice(0, 200))])))"""


@pytest.fixture(scope="module")
def _site(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = Settings(use_model=False, reader="off", sessions=tmp_path_factory.mktemp("kept"), library=archive)
    with (
        opened(archive, settings) as assistant,
        serving(assistant, settings, allow_ingest=True, evaluations=KeptTwo) as server,
    ):
        yield server


@pytest.fixture
def site(_site: Served, browser: Browser) -> tuple[Browser, Served]:
    """The browser, which nobody let in yet, and a server that has every page."""
    browser.send("Network.clearBrowserCookies")
    return browser, _site


def violations(browser: Browser) -> list[object]:
    browser.js(AXE.read_text(encoding="utf-8"))
    found: list[object] = json.loads(browser.js(RULES))
    return found


def asked(browser: Browser, server: Served, question: str) -> None:
    browser.open(server.url + "/")
    browser.js(f"document.getElementById('question').value = {json.dumps(question)}")
    browser.js("document.querySelector('form.ask').requestSubmit()")
    browser.until("location.pathname.startsWith('/chats/') && !document.getElementById('running')")


def trees(browser: Browser, server: Served) -> dict[str, str]:
    """The accessible tree of each page, by what it is."""
    found: dict[str, str] = {}
    browser.send("Emulation.setDeviceMetricsOverride", width=1280, height=900, deviceScaleFactor=1, mobile=False)
    browser.open(f"{server.url}/login")
    found["who is there"] = accessible_tree(browser)
    browser.open(f"{server.url}/login?code={server.service.access.new_code()}")
    server.service.access.asking.forget()
    for page in ("/", "/check", "/upload", "/evaluations", "/articles", "/search?q=last+ferry"):
        browser.open(server.url + page)
        found[page] = accessible_tree(browser)
    asked(browser, server, "Who won the chess championship of Peru?")
    found["abstained"] = accessible_tree(browser)
    asked(browser, server, "Who voted to close the harbour, and when does the last ferry leave?")
    found["answered"] = accessible_tree(browser)
    browser.js("document.querySelector('.marker').click()")
    browser.until("!document.getElementById('reader').hidden")
    found["article beside the answer"] = accessible_tree(browser)
    ref = server.service.assistant.search("Who voted to close the harbour?")[0].ref
    browser.open(f"{server.url}/s/{ref}")
    found["sentence"] = accessible_tree(browser)
    return found


def test_what_screen_readers_are_told_is_what_it_was(site: tuple[Browser, Served]) -> None:
    told = "\n".join(f"# {page}\n{tree}" for page, tree in trees(*site).items())
    if os.environ.get("RENEW_TREES"):
        TREES.write_text(told, encoding="utf-8")
    changed = unified_diff(TREES.read_text(encoding="utf-8").splitlines(), told.splitlines(), "kept", "now", n=2)
    assert (lines := "\n".join(changed)) == "", lines


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: make axe")
@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 320)])
def test_axe_finds_nothing(site: tuple[Browser, Served], dark: bool, width: int) -> None:
    browser, server = site
    found: dict[str, list[object]] = {}
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    browser.send("Emulation.setEmulatedMedia", features=scheme)
    browser.send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    browser.open(f"{server.url}/login")
    found["who is there"] = violations(browser)
    browser.open(f"{server.url}/login?code={server.service.access.new_code()}")
    server.service.access.asking.forget()
    asked(browser, server, "Who won the chess championship of Peru?")
    found["abstained"] = violations(browser)
    asked(browser, server, "Who voted to close the harbour, and when does the last ferry leave?")
    found["answered"] = violations(browser)
    if width > 1000:
        browser.js("document.querySelector('.marker').click()")
        browser.until("!document.getElementById('reader').hidden")
        found["reader"] = violations(browser)
        browser.press("Escape")
        browser.until("document.getElementById('peek') !== null")
        found["sentence at its number"] = violations(browser)
    ref = server.service.assistant.search("Who voted to close the harbour?")[0].ref
    for page in ("/", "/chats", "/articles", "/articles?q=zzz", "/check", "/upload", "/evaluations", "/nothing"):
        browser.open(server.url + page)
        found[page] = violations(browser)
    for page in ("/search?q=last+ferry", "/search", f"/s/{ref}", f"/a/{ref[:10]}?refs=1"):
        browser.open(server.url + page)
        found[page] = violations(browser)
    browser.open(f"{server.url}/check")
    browser.js(f"document.getElementById('text').value = '{DRAFT}'; document.querySelector('form.ask').requestSubmit()")
    browser.until("document.title.startsWith('A checked')")
    found["checked"] = violations(browser)
    assert {page: wrong for page, wrong in found.items() if wrong} == {}
    browser.js("document.documentElement.removeAttribute('lang')")
    assert violations(browser) != []  # it does look
