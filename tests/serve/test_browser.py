"""The page in a real browser: a question asked by keyboard alone, hostile articles, no script, small screens, dark."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest

from assistant.app import Assistant
from assistant.library.library import Library
from assistant.records import Citation
from assistant.serve.jobs import Job
from research.tools import chromium
from tests.export.test_in_a_browser import contrast
from tests.fakes import hostile
from tests.fakes.archive import ROWS, RecordingOpener, write_rows
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.fakes.server import Says, Sends, model_server
from tests.serve.served import Served, opened, serving

pytestmark = pytest.mark.skipif(chromium.program() is None, reason="needs Chromium")
pytest.importorskip("websockets")

from assistant.settings import Settings  # noqa: E402
from tests.serve.browser import Browser  # noqa: E402

FERRY = "When does the last ferry to Sand Isle leave?"
TRAP = hostile.ALL + " </title></textarea><svg onload=alert(2)> <a href='javascript:alert(3)'>x</a>"


@pytest.fixture
def entered(browser: Browser, server: Served) -> Iterator[Browser]:
    """A browser that was let in by a printed address."""
    browser.open(f"{server.url}/login?code={server.service.access.new_code()}")
    assert browser.js("location.pathname + location.search") == "/"
    yield browser
    browser.clean()


def answered(browser: Browser) -> None:
    browser.until("!document.getElementById('running') && document.querySelector('.statement, .abstained') !== null")


def test_a_question_is_asked_and_its_source_opened_by_keyboard_alone(entered: Browser, server: Served) -> None:
    entered.press("/", "/")
    entered.type(FERRY)
    entered.press("Enter", "\r")
    answered(entered)
    entered.until("location.pathname.startsWith('/chats/')")
    assert entered.js("document.getElementById('status').textContent").startswith("Answer ready:")
    entered.press("j", "j")
    assert entered.js("document.activeElement.className").startswith("statement")
    place = entered.js("document.querySelector('.source a[href^=\"/s/\"]').href")
    quote = entered.js("document.querySelector('.source mark').innerText")
    entered.open(place)
    marked = entered.js("document.querySelector('#cited > span:not(.visually-hidden)').textContent")
    assert marked in quote
    link = server.service.assistant.permalink(place.rpartition("/")[2])
    assert marked == link.cited.text
    box = entered.js(
        "(r => r.top >= 0 && r.bottom <= innerHeight)(document.getElementById('cited').getBoundingClientRect())"
    )
    assert box


def test_a_chat_goes_on_and_a_reload_shows_the_same(entered: Browser, server: Served) -> None:
    for question in (FERRY, "Who voted to close the harbour?"):
        entered.press("/", "/")
        entered.type(question)
        entered.press("Enter", "\r")
        answered(entered)
    entered.until("document.querySelectorAll('section.exchange').length === 2")
    before = entered.js("document.getElementById('answer').innerText")
    entered.open(entered.js("location.href"))
    assert entered.js("document.getElementById('answer').innerText") == before
    saved = server.service.assistant.sessions.load("latest")
    assert [t.turn.question for t in saved.turns] == [FERRY, "Who voted to close the harbour?"]


def test_without_scripts_the_same_answer_comes(entered: Browser) -> None:
    entered.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        entered.open(entered.js("location.origin") + "/")
        entered.js("document.getElementById('question').focus()")
        entered.type(FERRY)
        entered.press("Enter", "\r")
        answered(entered)
        assert entered.js("document.querySelectorAll('.statement').length") > 0
    finally:
        entered.send("Emulation.setScriptExecutionDisabled", value=False)


# Everything that is shown, and the nearest background behind it; what sticks out; names of what can be used.
LOOK = """(() => {
  const behind = (e) => { for (; e; e = e.parentElement) {
    const colour = getComputedStyle(e).backgroundColor;
    if (colour !== "rgba(0, 0, 0, 0)") return colour; } };
  const words = [...document.body.querySelectorAll("*")].filter((e) =>
    [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && e.offsetParent &&
    !e.closest(".visually-hidden, .skip, option"));
  const named = (e) => e.innerText || e.ariaLabel || e.labels?.length || e.type === "hidden";
  return JSON.stringify({
    width: document.documentElement.scrollWidth,
    colours: words.map((e) => [e.className || e.tagName, getComputedStyle(e).color, behind(e)]),
    unnamed: [...document.querySelectorAll("a, button, input")]
      .filter((e) => e.checkVisibility() && !named(e)).map((e) => e.outerHTML),
    h1: document.querySelectorAll("h1").length,
    landmarks: ["header", "main", "footer"].map((tag) => document.querySelectorAll(`body > ${tag}`).length),
    levels: [...document.querySelectorAll("h1, h2, h3")].map((e) => +e.tagName[1]),
    twice: [...document.querySelectorAll("[id]")].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i),
    lang: document.documentElement.lang,
  });
})()"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_fits_can_be_read_and_has_names(entered: Browser, server: Served, width: int, dark: bool) -> None:
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    entered.send("Emulation.setEmulatedMedia", features=scheme)
    entered.send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    answer = server.service.assistant.ask(FERRY)
    ref = answer.evidence[0].ref
    chat = server.service.assistant.new_session()
    assert chat is not None
    conversation = server.service.assistant.conversation()
    with chat:
        chat.append(conversation.ask(FERRY))
        chat.append(conversation.ask("Who won the chess championship of Peru?"))
    try:
        reading = ("/articles", "/search?q=last+ferry", f"/s/{ref}", f"/a/{ref[:10]}")
        for page in ("/", f"/chats/{chat.id}", "/chats", *reading, "/nothing/here"):
            entered.open(server.url + page)
            found = json.loads(entered.js(LOOK))
            assert found["width"] <= width, page
            assert not {tuple(c) for c in found["colours"] if contrast(c[1], c[2]) < 4.5}, page
            assert found["unnamed"] == [], page
            assert (found["h1"], found["landmarks"], found["lang"], found["twice"]) == (1, [1, 1, 1], "en", []), page
            levels = found["levels"]
            assert all(b - a <= 1 for a, b in pairwise(levels)), page
    finally:
        entered.send("Emulation.clearDeviceMetricsOverride")
    entered.errors[:] = [error for error in entered.errors if "404" not in error]  # the page that is not there


def _writing(found: tuple[Citation, ...], job: Job) -> None:
    """Tell of sentences, and then write until the server ends."""
    ended = threading.Event()
    job.cancel.on_set(ended.set)
    time.sleep(0.5)  # the page is there before
    job.evidence(found)
    job.stage("A sentence was found.")
    ended.wait(30)


def test_hostile_articles_stay_text_on_every_page(browser: Browser, tmp_path: Path) -> None:
    rows = [
        {
            **ROWS[0],
            "title": TRAP,
            "outlet": TRAP[:200],
            "authors": [TRAP],
            "text": f"{TRAP}\\n\\n{ROWS[0]['text']} {TRAP}",
        }
    ]
    settings = Settings(use_model=False, reader="off", sessions=tmp_path / "sessions", library=tmp_path / "library")
    with RecordingOpener()(settings.library, settings=settings, create=True, on_notice=lambda _: None) as made:
        assert made.ingest([write_rows(tmp_path / "rows.jsonl", rows)]).added == 1
    with opened(settings.library, settings) as assistant, serving(assistant, settings, token="") as served:
        (info,) = assistant.articles()
        browser.open(served.url)
        browser.press("/", "/")
        browser.type(f"Who voted to close the harbour? {TRAP}"[:900])
        browser.press("Enter", "\r")
        answered(browser)
        ref = assistant.search("Who voted to close the harbour?")[0].ref
        found = assistant.ask("Who voted to close the harbour?").evidence
        told = served.service.start(TRAP, partial(_writing, found))
        browser.open(f"{served.url}/answers/{told.id}")
        browser.until(f"document.querySelectorAll('#found li').length === {len(found)}")
        browser.until("document.getElementById('status').textContent === 'A sentence was found.'")
        for page in (
            f"/answers/{told.id}",
            "/",
            "/articles",
            f"/a/{info.id}",
            f"/s/{ref}",
            "/chats",
            f"/search?q=harbour+{quote(TRAP[:900])}",
            f"/articles?q={'%3Cscript%3E'}&outlet=%22%3E%3Cb%3E",
        ):
            browser.open(served.url + page)
            made_by_text = browser.js(
                "document.querySelectorAll('main img, main svg, main script, main b, main style, main iframe').length"
            )
            assert made_by_text == 0, page
            assert browser.js("[...document.links].every((a) => /^https?:/.test(a.href))"), page
            assert hostile.alive(browser.js("document.body.innerText")) == [], page
        browser.clean()


def test_tab_and_enter_alone_ask_read_go_back_and_stop(browser: Browser, archive: Path, tmp_path: Path) -> None:
    browser.send("Emulation.setDeviceMetricsOverride", width=1280, height=900, deviceScaleFactor=1, mobile=False)
    with model_server() as model:
        model.script = [Says(["Port Alder voted to close the old harbour. [1]"]), Sends([b""], pause_s=60)]
        settings = Settings(reader="off", library=archive, sessions=tmp_path, model="m", base_url=model.base_url)
        make = partial(Library, archive, BagOfWordsEmbedder(), create=False)
        with Assistant(make, settings) as assistant, serving(assistant, settings, token="") as served:
            browser.open(served.url)
            browser.tab_to("#question")
            browser.type("Who voted to close the harbour?")
            browser.press("Enter", "\r")
            answered(browser)
            browser.until("location.pathname.startsWith('/chats/')")
            browser.tab_to(".marker")
            browser.press("Enter", "\r")
            browser.until("document.activeElement.id === 'reader-heading'")
            browser.press("Escape")
            browser.until("document.activeElement.matches('.marker')")
            browser.tab_to("#question")
            browser.type("When does the last ferry leave?")
            browser.press("Enter", "\r")
            browser.until("document.getElementById('stopping') !== null")
            browser.tab_to("#found a")  # what was found can be read while the model writes …
            browser.press("Enter", "\r")
            browser.until("document.activeElement.id === 'reader-heading'")
            browser.press("Escape")  # … and Escape closes it without stopping the model
            browser.until("document.activeElement.matches('#found a')")
            assert browser.js("document.getElementById('stopping') !== null")
            browser.tab_to("#stopping button")
            browser.press("Enter", "\r")
            browser.until("document.getElementById('running') === null")
            assert browser.js("document.getElementById('question').value") == "When does the last ferry leave?"
            assert browser.js("document.activeElement.id") == "question"
            assert len(assistant.sessions.load("latest").turns) == 1  # what was stopped leaves no trace
            browser.clean()
    browser.send("Emulation.clearDeviceMetricsOverride")


def test_a_number_opens_the_article_beside_and_escape_leads_back(entered: Browser, server: Served) -> None:
    entered.send("Emulation.setDeviceMetricsOverride", width=1280, height=900, deviceScaleFactor=1, mobile=False)
    try:
        entered.press("/", "/")
        entered.type("Who voted to close the harbour, and when does the last ferry leave?")
        entered.press("Enter", "\r")
        answered(entered)
        entered.until("location.pathname.startsWith('/chats/')")
        entered.press("j", "j")
        entered.press("1", "1")
        entered.until("!document.getElementById('reader').hidden")
        ref = entered.js("document.querySelector('#reader .tools a').getAttribute('href')").rpartition("/")[2]
        marked = entered.js("document.querySelector('#cited > span:not(.visually-hidden)').textContent")
        assert marked == server.service.assistant.permalink(ref).cited.text
        left, right = (
            entered.js(f"JSON.stringify(document.querySelector('{where}').getBoundingClientRect())")
            for where in (".statement", "#reader")
        )
        assert json.loads(left)["right"] < json.loads(right)["left"]
        assert entered.js("document.activeElement.id") == "reader-heading"
        entered.press("Escape")
        assert entered.js("document.getElementById('reader').hidden")
        assert entered.js("document.activeElement.className") == "marker"
    finally:
        entered.send("Emulation.clearDeviceMetricsOverride")


def test_the_sentence_is_shown_at_its_number_to_pointer_and_keyboard(entered: Browser) -> None:
    entered.send("Emulation.setDeviceMetricsOverride", width=1280, height=900, deviceScaleFactor=1, mobile=False)
    try:
        entered.press("/", "/")
        entered.type(FERRY)
        entered.press("Enter", "\r")
        answered(entered)
        entered.until("location.pathname.startsWith('/chats/')")
        quote = entered.js("document.querySelector('.source mark').childNodes[1].data")
        box = json.loads(entered.js("JSON.stringify(document.querySelector('.marker').getBoundingClientRect())"))
        entered.move(box["x"] + 3, box["y"] + 3)
        entered.until("document.getElementById('peek') !== null")
        shown = entered.js("document.getElementById('peek').innerText")
        assert quote in shown
        assert "25 Nov 2025" in shown
        entered.move(box["x"] + 6, box["bottom"] + 5)  # onto the sentence itself: it can be read to its end
        entered.js("new Promise((done) => setTimeout(done, 300))")
        assert entered.js("document.getElementById('peek') !== null")
        entered.move(1, 1)
        entered.until("!document.getElementById('peek')")
        entered.tab_to(".marker")
        assert quote in entered.js(
            "document.getElementById(document.activeElement.getAttribute('aria-describedby')).innerText"
        )
        assert json.loads(entered.js(LOOK))["width"] <= 1280
        entered.press("Escape")
        assert entered.js("document.getElementById('peek') === null && document.activeElement.matches('.marker')")
    finally:
        entered.send("Emulation.clearDeviceMetricsOverride")
