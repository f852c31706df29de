"""The pages that ask, as a browser without scripts uses them: limits, models, another try, and what is taken back."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest

from assistant.app import Assistant
from assistant.library.library import Library
from assistant.serve.jobs import Job
from assistant.settings import Settings
from tests.fakes.embedder import BagOfWordsEmbedder
from tests.fakes.server import ModelServer, Says, Sends, model_server
from tests.serve.served import Got, Served, serving

FERRY = "When does the last ferry to Sand Isle leave?"
HARBOUR = "Who voted to close the harbour?"


class Person:
    """Opens pages and sends their forms."""

    def __init__(self, server: Served) -> None:
        access = server.service.access
        value = access.new_cookie()
        self._server = server
        self._head = {"Cookie": f"{access.cookie_name}={value}", "Accept": "text/html"}
        self._form = access.form_token(value)
        self.place = ""
        self.status = 0

    def opens(self, place: str) -> str:
        """Open a page, wherever it leads, until the answer on it is there; return what it holds."""
        for _ in range(400):
            got = self._server.get(place.partition("#")[0], self._head, token="")
            if got.status == 303:
                place = got.headers["location"]
            elif 'http-equiv="refresh"' not in got.text:
                break
            else:
                time.sleep(0.05)
        self.place, self.status = place, got.status
        return got.text

    def sends(self, place: str, **fields: str) -> str:
        """Send a form and open what it leads to."""
        got = self.posts(place, **fields)
        self.status = got.status
        return self.opens(got.headers["location"]) if got.status == 303 else got.text

    def posts(self, place: str, **fields: str) -> Got:
        head = {**self._head, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({**fields, "form_token": self._form}).encode()
        return self._server.send("POST", place, body, head, token="")


def questions(page: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'<h2 id="q\d+-question"[^>]*>([^<]*)', page)]


def chat_of(person: Person) -> str:
    return person.place.partition("#")[0].partition("?")[0]


@pytest.fixture
def person(server: Served) -> Person:
    return Person(server)


def test_limits_stand_beside_the_question_are_kept_and_may_come_in_the_address(person: Person) -> None:
    limits = {"outlet": "isle news", "since": "2025-11-01", "until": "2025-11-30"}
    page = person.sends("/ask", question=FERRY, **limits)
    assert "Limited to:" in page
    for value in ("Isle News", "2025-11-01", "2025-11-30"):
        assert f'value="{value}"' in page
    page = person.opens(f"/?{urlencode({**limits, 'question': FERRY, 'author': '<b>'})}")
    for value in ("isle news", "2025-11-01", FERRY, "&lt;b&gt;"):
        assert f'value="{value}"' in page
    assert person.place.startswith("/?")  # nothing is asked by an address alone


def test_what_was_typed_wrong_is_all_still_there(person: Person) -> None:
    page = person.sends("/ask", question=FERRY, outlet="Ile News", since="2025-11-01")
    assert person.status == 400
    for value in (FERRY, "Ile News", "2025-11-01"):
        assert f'value="{value}"' in page


def test_the_last_question_is_asked_again_in_place_of_its_answer(person: Person, server: Served) -> None:
    person.sends("/ask", question=FERRY)
    chat = chat_of(person)
    person.sends("/ask", question=HARBOUR, chat=chat.rpartition("/")[2])
    page = person.sends(f"{chat}/retry", question="", outlet="Isle News")
    assert questions(page) == [FERRY, HARBOUR]
    first, second = server.service.assistant.sessions.load("latest").turns
    assert (first.filters.outlets, second.filters.outlets) == ((), ("Isle News",))
    assert all(c.article.outlet == "Isle News" for c in second.turn.answer.evidence)


def test_questions_are_taken_back_until_none_is_left(person: Person) -> None:
    person.sends("/ask", question=FERRY)
    chat = chat_of(person)
    person.sends("/ask", question=HARBOUR, chat=chat.rpartition("/")[2])
    assert questions(person.sends(f"{chat}/undo")) == [FERRY]
    person.sends(f"{chat}/undo")
    assert person.place == "/"
    for act in ("retry", "undo"):
        assert person.posts(f"{chat}/{act}").status in (400, 404)
    assert person.posts("/chats/2020-01-01-000000/retry").status == 404


def test_without_a_model_there_is_nothing_to_choose(person: Person) -> None:
    assert "<select" not in person.opens("/")
    person.sends("/ask", question=FERRY, model="gpt-huge")
    assert person.status == 400


@contextmanager
def two_models(archive: Path, tmp_path: Path) -> Iterator[tuple[Person, Served, ModelServer]]:
    """A server over one that offers two models."""
    with model_server() as model:
        model.models = ["small", "large", "<i>odd"]
        model.default = Says(["The last ferry leaves in March. [1]"])
        settings = Settings(reader="off", library=archive, sessions=tmp_path, model="small", base_url=model.base_url)
        make = partial(Library, archive, BagOfWordsEmbedder(), create=False)
        with Assistant(make, settings) as assistant, serving(assistant, settings) as served:
            served.service.offered.ask(assistant)
            yield Person(served), served, model


def test_a_model_is_chosen_for_a_question_and_stays_for_the_next(archive: Path, tmp_path: Path) -> None:
    with two_models(archive, tmp_path) as (person, served, model):
        page = person.opens("/")
        assert re.findall(r'<option value="(\w*)"[^>]*>(\w+)', page[page.index("<select") :])[:2] == [
            ("", "small"),
            ("large", "large"),
        ]
        assert "<i>odd" not in page
        page = person.sends("/ask", question=FERRY, model="large")
        assert model.requests[-1]["model"] == "large"
        assert '<option value="large" selected>' in page
        person.sends(f"{chat_of(person)}/retry", model="")
        assert model.requests[-1]["model"] == "small"
        asked = len(model.requests)
        page = person.sends("/ask", question=FERRY, model="none")
        assert len(model.requests) == asked  # nobody is asked
        assert '<option value="none" selected>' in page
        page = person.sends("/ask", question=FERRY, model="huge")
        assert person.status == 400
        assert "there are small, large" in page
        got = served.post("/api/v1/ask", {"question": FERRY, "model": "large"})
        assert (got.status, model.requests[-1]["model"]) == (200, "large")
        assert served.post("/api/v1/ask", {"question": FERRY, "model": "huge"}).json()["kind"] == "UsageError"
        assert served.post("/api/v1/ask", {"question": FERRY, "model": 3}).status == 400


def test_what_was_found_can_be_read_while_the_model_writes(archive: Path, tmp_path: Path) -> None:
    with two_models(archive, tmp_path) as (person, served, model):
        model.script = [Sends([b""], pause_s=60)]
        at = person.posts("/ask", question=FERRY).headers["location"]
        job = served.service.job(at.rpartition("/")[2])
        until = time.monotonic() + 10
        while not model.requests and time.monotonic() < until:
            time.sleep(0.02)
        page = served.get(at, {"Accept": "text/html"}).text
        offered = re.findall(r'<li class="source" id="found(\d+)">.*?href="/s/([^"]+)"', page, re.DOTALL)
        assert offered
        assert job.doing == f"{len(offered)} sentences found."
        assert f">{len(offered)} sentences found.</p>" in page
        assert person.posts(f"{at}/stop").status == 303
        page = person.sends("/ask", question=FERRY)
        assert 'id="found' not in page  # the answer shows its own sources
        shown = served.service.assistant.sessions.load("latest").turns[-1].turn.answer.evidence
        assert {(str(c.number), c.ref) for c in shown} >= set(offered)


def test_a_model_server_that_does_not_answer_holds_up_no_page(with_model: Served) -> None:
    page = Person(with_model).opens("/")
    assert ">tiny</option>" in page


def test_an_answer_that_was_stopped_can_be_asked_again(with_model: Served) -> None:
    person = Person(with_model)
    person.sends("/ask", question="What of the ferry?")
    chat = chat_of(person)
    page = person.sends("/ask", question="Is the harbour ferry down?", chat=chat.rpartition("/")[2])
    assert "No answer from" in page
    assert 'value="Is the harbour ferry down?"' in page  # and in the same chat
    assert f'name="chat" value="{chat.rpartition("/")[2]}"' in page


def test_whoever_hears_of_an_answer_finds_it(person: Person, server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page asks for an answer as soon as it is told: at that moment the job still runs."""
    tell, found = Job.tell, []

    def told(job: Job, name: str, value: object) -> None:
        if name == "answer":
            found.append((job.ended, server.get(f"/answers/{job.id}", {"Accept": "text/html"}).status))
        tell(job, name, value)

    monkeypatch.setattr(Job, "tell", told)
    person.sends("/ask", question=FERRY)
    assert found == [(False, 303)]  # to the chat that holds it


def test_an_answer_is_copied_with_an_address_for_every_number(person: Person, server: Served) -> None:
    page = person.sends("/ask", question=FERRY)
    copied = html.unescape(re.findall(r'data-copy="(.*?)" hidden>Copy with references', page, re.DOTALL)[0])
    assert copied.startswith(f"{FERRY}\n\n")
    refs = re.findall(rf"^\[(\d+)\] .*<{server.url}/s/([^>]+)>$", copied, re.MULTILINE)
    assert [number for number, _ in refs] == [str(n) for n in range(1, len(refs) + 1)]
    assert {ref for _, ref in refs} == {
        c.ref for c in server.service.assistant.sessions.load("latest").turns[-1].turn.answer.citations
    }


def test_a_chat_is_named_and_found_by_its_name_and_deleted(server: Served) -> None:
    person = Person(server)
    person.sends("/ask", question=FERRY)
    chat = person.place.partition("#")[0]
    assert FERRY in person.opens("/chats")
    hostile = '</a><script>alert(1)</script>" onfocus="x'
    shown = person.sends(f"{chat}/rename", name=f"  Ferries\n{hostile}")
    assert person.place == chat
    assert ">Ferries &lt;/a&gt;&lt;script&gt;alert(1)" in shown.partition("</h1>")[0]
    for place in ("/", "/chats", chat):
        page = person.opens(place)
        assert "<script>alert" not in page
        assert "Ferries &lt;/a&gt;" in page
    (listed,) = [each for each in server.get("/chats.json").json() if each["id"] == chat.rpartition("/")[2]]
    assert (listed["name"], listed["question"]) == (f"Ferries {hostile}", FERRY)
    whole = server.get(f"{chat}.json").json()
    assert (whole["name"], [t["turn"]["question"] for t in whole["turns"]]) == (f"Ferries {hostile}", [FERRY])
    assert '<h1 dir="auto">Ferries &lt;/a&gt;' in person.opens(f"{chat}/export")
    assert "at most 100" in person.sends(f"{chat}/rename", name="x" * 101)
    assert FERRY in person.sends(f"{chat}/rename", name="").partition("</h1>")[0]
    person.sends(f"{chat}/delete")
    assert person.place == "/chats"
    person.opens(chat)
    assert person.status == 404
    assert server.get(f"{chat}.json").status == 404
