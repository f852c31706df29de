"""Saved sessions: whole, private, durable, and never written by two at once."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import SessionBusy, SessionError, UsageError
from assistant.records import Filters, Turn
from assistant.sessions.session_file import FORMAT
from assistant.sessions.store import OpenSession, SessionStore
from tests.fakes.invented import answer_to

ABOUT = {"library": "/news", "embedder": "minilm", "model": "m", "program": "1.0"}


def turn(question: str = "harbour", number: int = 1) -> Turn:
    answer = answer_to(question, number)
    return Turn(question=question, answer=answer, standalone=f"{question}?")


@pytest.fixture
def store(tmp_path: Path) -> SessionStore:
    return SessionStore(tmp_path / "data" / "sessions")


@pytest.fixture
def session(store: SessionStore) -> Iterator[OpenSession]:
    with store.create(**ABOUT) as opened:
        yield opened


def test_every_turn_comes_back_equal_and_complete(store: SessionStore, session: OpenSession) -> None:
    turns = [turn("harbour"), turn("ferry", 3), turn("trap \x1b \u202e", 5), turn("nothing is known", 6)]
    for each in turns:
        session.append(each, Filters(outlets=("Isle News",)))
        assert [saved.turn for saved in store.load(session.id).turns][-1] == each
    read = store.load(session.id)
    assert tuple(saved.turn for saved in read.turns) == tuple(turns) == session.turns
    assert read.turns[0].filters.outlets == ("Isle News",)
    assert (read.header.library, read.header.model, read.notices) == ("/news", "m", ())


def test_a_session_that_was_never_used_leaves_nothing_behind(store: SessionStore) -> None:
    with store.create(**ABOUT):
        pass
    assert not store.folder.exists()
    assert store.list().sessions == ()
    assert store.latest() is None


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_files_and_folder_are_their_owners_alone(store: SessionStore, session: OpenSession) -> None:
    session.append(turn())
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    for file in store.folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_they_are_listed_with_the_last_changed_first(store: SessionStore) -> None:
    ids = []
    for question in ("harbour", "ferry"):
        with store.create(**ABOUT | {"library": f"/{question}"}) as session:
            session.append(turn(question))
            session.append(turn("harbour", 4))
            ids.append(session.id)
    first, second = store.list().sessions
    assert (first.id, second.id) == (ids[1], ids[0])
    assert ids[1] == f"{ids[0]}-2" or ids[1] > ids[0]
    assert (first.question, first.turns, first.library) == ("ferry", 2, "/ferry")
    assert store.latest() == ids[1]
    assert store.latest("/harbour") == store.find("latest", library="/harbour") == ids[0]


def test_a_name_may_be_shortened_while_it_fits_one(store: SessionStore) -> None:
    with store.create(**ABOUT) as session:
        session.append(turn())
    with store.create(**ABOUT) as other:
        other.append(turn())
    assert store.find(session.id) == session.id  # although the other's may begin with it
    with pytest.raises(UsageError, match="begins the names of 2 sessions"):
        store.find(session.id[:4])
    store.delete(other.id)
    assert store.find(session.id[:4]) == session.id
    for name in ("1999", "", "../x", "*"):
        with pytest.raises(UsageError, match="There is no saved session"):
            store.load(name)


def test_a_removed_session_is_gone(store: SessionStore) -> None:
    with store.create(**ABOUT) as session:
        session.append(turn())
        with pytest.raises(SessionBusy):
            store.delete(session.id)
    assert store.delete("latest") == session.id
    assert list(store.folder.iterdir()) == []


def test_it_goes_on_where_it_stopped(store: SessionStore, session: OpenSession) -> None:
    session.append(turn())
    session.append(turn("ferry", 3))
    session.undo()
    session.close()
    with store.resume("latest") as again:
        assert again.turns == (turn(),)
        again.append(turn("trap", 9))
        again.undo()
        again.undo()
        with pytest.raises(UsageError):
            again.undo()
    assert store.load(session.id).turns == ()
    assert store.list().sessions[0].question == ""


def test_two_cannot_write_to_one_session(store: SessionStore, session: OpenSession) -> None:
    session.append(turn())
    with pytest.raises(SessionBusy, match=session.id), store.resume(session.id):
        pass
    script = (
        "import sys; from pathlib import Path; from assistant.sessions.store import SessionStore\n"
        "try: SessionStore(Path(sys.argv[1])).resume('latest')\n"
        "except Exception as error: print(type(error).__name__)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, str(store.folder)], check=True, capture_output=True, text=True
    )
    assert found.stdout.strip() == "SessionBusy"
    assert store.load(session.id).turns  # reading is free
    session.close()
    with store.resume(session.id) as again:
        again.append(turn("ferry", 3))


CHAT = """
import sys
from pathlib import Path
from assistant.sessions.store import SessionStore
from tests.sessions.test_store import ABOUT, turn
with SessionStore(Path(sys.argv[1])).create(**ABOUT) as session:
    for number in range(1, 1_000_000):
        session.append(turn("harbour", number))
        print(number, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_a_killed_chat_loses_at_most_the_running_turn(store: SessionStore) -> None:
    chat = subprocess.Popen([sys.executable, "-c", CHAT, str(store.folder)], stdout=subprocess.PIPE, text=True)
    assert chat.stdout
    for _ in range(20):
        chat.stdout.readline()
    time.sleep(0.01)
    os.kill(chat.pid, signal.SIGKILL)
    said = [20, *map(int, chat.stdout.read().split())][-1]
    chat.stdout.close()
    chat.wait()
    with store.resume("latest") as session:
        assert len(session.turns) in (said, said + 1)
        session.append(turn("ferry"))
    assert store.load("latest").notices == ()


def test_a_cut_line_is_left_out_told_and_cut_off(store: SessionStore, session: OpenSession) -> None:
    session.append(turn())
    session.append(turn("ferry", 3))
    session.close()
    (file,) = store.folder.glob("*.jsonl")
    whole = file.read_bytes()
    first_turn = whole.index(b"\n", whole.index(b"\n") + 1) + 1
    for end in (first_turn + 1, first_turn + 700, len(whole) - 1):
        file.write_bytes(whole[:end])
        read = store.load("latest")
        assert [saved.turn for saved in read.turns] == [turn()]
        assert "cut off" in read.notices[0]
    with store.resume("latest") as again:
        assert again.notices == read.notices
        again.append(turn("ferry", 3))
    assert [saved.turn for saved in store.load("latest").turns] == [turn(), turn("ferry", 3)]


def test_a_kill_while_a_turn_is_replaced_leaves_the_old_one_or_the_new_one(
    store: SessionStore, session: OpenSession
) -> None:
    session.append(turn())
    session.append(turn("ferry", 3))
    (file,) = store.folder.glob("*.jsonl")
    before = file.stat().st_size
    session.append(turn("ferry", 5), instead=True)
    assert session.turns == (turn(), turn("ferry", 5))
    whole = file.read_bytes()
    for end in range(before, len(whole) + 1, 97):
        file.write_bytes(whole[:end])
        assert [saved.turn for saved in store.load("latest").turns] == [turn(), turn("ferry", 3)]
    file.write_bytes(whole)
    assert [saved.turn for saved in store.load("latest").turns] == [turn(), turn("ferry", 5)]
    assert [(s.turns, s.question) for s in store.list().sessions] == [(2, "harbour")]


def test_what_an_earlier_program_reads_in_a_file_it_does_not_refuse_is_what_was_kept(
    store: SessionStore, session: OpenSession
) -> None:
    session.append(turn())
    session.append(turn("ferry", 3))
    session.close()
    (file,) = store.folder.glob("*.jsonl")
    assert b'"format": 2' in file.read_bytes()  # which it refuses
    file.write_bytes(file.read_bytes().replace(b'"format": 2', b'"format": 1'))
    with store.resume("latest") as again:
        again.append(turn("ferry", 5), instead=True)
    assert [saved.turn for saved in store.load("latest").turns] == [turn(), turn("ferry", 5)]
    kinds = [next(iter(json.loads(line))) for line in file.read_bytes().splitlines()]
    assert kinds == ["session", "turn", "turn", "undo", "turn"]  # all that format 1 knows


def test_a_turn_in_the_place_of_none_is_added(store: SessionStore, session: OpenSession) -> None:
    session.append(turn(), instead=True)
    assert [saved.turn for saved in store.load("latest").turns] == [turn()]


@given(cut=st.floats(0, 1), noise=st.none() | st.tuples(st.floats(0, 1), st.integers(0, 255)))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_to_a_file_what_is_read_was_said(
    store: SessionStore, cut: float, noise: tuple[float, int] | None
) -> None:
    said = [turn("harbour"), turn("ferry", 3), turn("harbour", 5)]
    with store.create(**ABOUT) as session:
        for each in said:
            session.append(each)
    file = store.folder / f"{session.id}.jsonl"
    content = bytearray(file.read_bytes()[: 1 + int(cut * file.stat().st_size)])
    if noise:
        content[int(noise[0] * (len(content) - 1))] = noise[1]
    file.write_bytes(content)
    try:
        read = store.load(session.id)
    except SessionError:  # the header is gone
        pass
    else:
        assert len(read.turns) <= len(said)
        assert noise or [saved.turn for saved in read.turns] == said[: len(read.turns)]
        assert noise or read.notices or content.endswith(b"\n")
    finally:
        file.unlink()


def test_a_damaged_line_costs_no_other(store: SessionStore, session: OpenSession) -> None:
    for question in ("harbour", "ferry", "harbour"):
        session.append(turn(question))
    (file,) = store.folder.glob("*.jsonl")
    lines = file.read_bytes().splitlines(keepends=True)
    lines[2] = b'{"turn":' + b"\xff" * 40 + b"\n"
    file.write_bytes(b"".join(lines))
    read = store.load("latest")
    assert len(read.turns) == 2
    assert "Turn 2" in read.notices[0]


def test_what_a_newer_program_wrote_is_refused_with_the_remedy(store: SessionStore, session: OpenSession) -> None:
    session.append(turn())
    session.close()
    (file,) = store.folder.glob("*.jsonl")
    head, rest = file.read_text().split("\n", 1)
    changed = json.loads(head)
    changed["session"] |= {"format": FORMAT + 1, "kept_in": "another way"}
    file.write_text(json.dumps(changed) + "\n" + rest)
    for refused in (store.load, store.resume):
        with pytest.raises(SessionError, match="upgrade"):
            refused(session.id)
    assert "upgrade" in store.list().notices[0]
    assert file.read_text().endswith(rest)


def test_one_unreadable_file_does_not_hide_the_others(store: SessionStore, session: OpenSession) -> None:
    session.append(turn())
    (store.folder / "2020-01-01-000000.jsonl").write_bytes(b"\x00\xff")
    (store.folder / "2020-01-01-000001.jsonl").write_bytes(b"[]\n")
    (store.folder / "2020-01-01-000002.jsonl").write_bytes(b"")
    (store.folder / "notes.jsonl").write_text("mine")
    sessions, notices = store.list()
    assert [s.id for s in sessions] == [session.id]
    assert len(notices) == 2


def test_a_turn_that_cannot_be_written_leaves_the_file_as_it_was(
    store: SessionStore, session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.append(turn())
    (file,) = store.folder.glob("*.jsonl")
    before = file.read_bytes()

    def no_sync(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_sync)
    with pytest.raises(SessionError, match="No space left"):
        session.append(turn("ferry", 3))
    assert file.read_bytes() == before
    assert session.turns == (turn(),)
    monkeypatch.undo()
    session.append(turn("ferry", 3))
    assert len(store.load("latest").turns) == 2


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with SessionStore(tmp_path / "file" / "sessions").create(**ABOUT) as session, pytest.raises(SessionError):
        session.append(turn())


def test_an_old_file_without_newer_fields_is_read(store: SessionStore, session: OpenSession) -> None:
    session.append(turn())
    (file,) = store.folder.glob("*.jsonl")
    text = file.read_text().replace('"disagreements": [], ', "").replace('"confidence": 0.0', '"unheard_of": 1')
    file.write_text(text)
    assert [saved.turn for saved in store.load("latest").turns] == [turn()]


def test_a_session_keeps_the_last_name_that_it_was_given(store: SessionStore, session: OpenSession) -> None:
    session.append(turn("harbour"))
    assert store.list().sessions[0].called == "harbour"
    session.rename("  The \n harbour\u2028 story ")
    session.append(turn("ferry", 3))
    session.undo()
    session.rename('{"undo": 1}')
    assert (store.load(session.id).name, len(store.load(session.id).turns)) == ('{"undo": 1}', 1)
    session.rename("The harbour story")
    (listed,) = store.list().sessions
    assert (listed.name, listed.called, listed.question) == ("The harbour story", "The harbour story", "harbour")
    with pytest.raises(UsageError, match="at most 100"):
        session.rename("x" * 101)
    session.rename("")
    assert store.list().sessions[0].called == "harbour"


def test_a_damaged_name_is_none(store: SessionStore, session: OpenSession) -> None:
    session.append(turn("harbour"))
    with (store.folder / f"{session.id}.jsonl").open("ab") as file:
        file.write(b'{"name": "half\n{"name": "cut')
    read = store.load(session.id)
    assert (read.name, len(read.turns)) == ("", 1)


@pytest.mark.parametrize("damaged", [2, 3])
def test_taking_back_leaves_the_turns_before_a_damaged_one(
    store: SessionStore, session: OpenSession, damaged: int
) -> None:
    for question in ("harbour", "ferry", "trap"):
        session.append(turn(question))
    session.close()
    (file,) = store.folder.glob("*.jsonl")
    lines = file.read_bytes().splitlines(keepends=True)
    lines[damaged] = lines[damaged][:40] + b"\n"
    file.write_bytes(b"".join(lines))
    with store.resume(session.id) as again:
        again.undo()
        assert again.turns == (turn("harbour"),)
    with store.resume(session.id) as again:
        assert again.turns == (turn("harbour"),)
        again.append(turn("ferry"), instead=True)
        again.append(turn("trap"))
        again.undo()
    assert [saved.turn for saved in store.load(session.id).turns] == [turn("ferry")]


def test_a_citation_is_found_beside_sessions_that_cannot_be_read(store: SessionStore) -> None:
    with store.create(**ABOUT) as broken:
        broken.append(turn())
    with store.create(**ABOUT) as whole:
        whole.append(turn())
    file = min(store.folder.glob("*.jsonl"))  # which is read first
    file.write_bytes(b"{" + file.read_bytes())
    wanted = turn().answer.evidence[0]
    assert store.citation(wanted.ref) == wanted
