"""Work on a real Ray cluster of two workers comes back as if it had been done here; killed workers lose nothing."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from assistant.articles import FieldMap
from assistant.errors import LibraryError, UsageError, WorkersUnreachable
from assistant.library import ingest as ingesting
from assistant.library.embedders.minilm import MiniLMEmbedder
from assistant.library.library import Library
from assistant.library.ray_workers import RayWorkers
from assistant.library.workers import AUTO, PARALLEL_FROM, Workers, check_workers, workers_for
from assistant.library_reports import IngestReport
from assistant.settings import Settings, load

ROOT = Path(__file__).resolve().parents[2]
HAS_RAY = importlib.util.find_spec("ray") is not None
needs_ray = pytest.mark.skipif(not HAS_RAY, reason="needs ray, of the extra assistant[ray]")
TABLES = ("versions", "passages", "bands", "embeddings")
COUNT = 100
BATCH = 20  # articles


def doubled(number: int) -> int:
    return 2 * number


def picky(number: int) -> int:
    if number == 30:
        raise UsageError("Thirty is too much.")
    return number


def deadly(number: int) -> int:
    if number == 20:
        os._exit(7)
    return number


def pid(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def size(_: int) -> int:
    return 1


def row(number: int) -> str:
    return f"row {number}"


# -- what is chosen


@pytest.mark.parametrize("named", ["auto", "0", "3", "ray", "ray://head.example.org:10001"])
def test_workers_that_can_be_named(named: str) -> None:
    assert load({}, workers=named).settings.workers == named


@pytest.mark.parametrize(
    "named", ["", "all", "-1", "100", "ray://", "ray://host", "ray://user:word@host:1", "http://h:1"]
)
def test_others_are_refused(named: str) -> None:
    with pytest.raises(UsageError, match="Setting workers must be auto, a number below 100, ray or ray://HOST:PORT"):
        load({}, workers=named)


def test_little_is_read_without_a_cluster() -> None:
    assert isinstance(workers_for(PARALLEL_FROM - 1, "ray"), Workers)
    assert isinstance(workers_for(PARALLEL_FROM, AUTO), Workers)
    assert workers_for(PARALLEL_FROM, "3").count == 3
    assert isinstance(workers_for(PARALLEL_FROM, "ray://127.0.0.1:1"), RayWorkers)


def test_without_ray_one_line_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.library.workers.importlib.util.find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install 'assistant\[ray\]'") as told:
        check_workers(Settings(workers="ray"))
    assert "\n" not in str(told.value)
    check_workers(Settings(workers="2"))


def test_what_an_embedding_server_computes_is_not_spread() -> None:
    with pytest.raises(UsageError, match="--workers auto"):
        check_workers(Settings(workers="ray", embedder="openai"))


@pytest.mark.parametrize(
    ("ray_says", "told"),
    [
        ("Version mismatch: The cluster has\n    Ray: 2.50.0\n", "Version mismatch: The cluster has Ray: 2.50.0"),
        ("The actor died, \x1b[36mray::Doer\x1b[39m\nModuleNotFoundError: No 'a'", "ModuleNotFoundError: No 'a'"),
        ("Failure from server:\nTraceback (most recent call last):\n  File\nTimeoutError: late.", "TimeoutError: late"),
        ("", "Exception"),
    ],
)
def test_what_ray_says_becomes_one_line(ray_says: str, told: str) -> None:
    with (
        mock.patch.object(RayWorkers, "_start", side_effect=Exception(ray_says)),
        RayWorkers("ray://h:1", Workers(0)) as workers,
        pytest.raises(WorkersUnreachable) as raised,
    ):
        workers.map(len, ["a"], len, str)
    assert str(raised.value).startswith(f"The Ray cluster ray://h:1 cannot be used: {told}. It needs the same Python,")
    assert "\n" not in str(raised.value)


# -- a cluster


@pytest.fixture(scope="module")
def two() -> Iterator[RayWorkers]:
    """Two workers of a cluster on this machine; what a test leaves to do is done or given up at the end."""
    with pytest.MonkeyPatch.context() as patch, Workers(0) as here:
        patch.setattr("assistant.library.ray_workers.usable_cores", lambda: 2)
        with RayWorkers("", here) as workers:
            yield workers


@needs_ray
def test_results_come_in_the_order_of_the_items(two: RayWorkers) -> None:
    assert list(two.map(doubled, range(0), size, str)) == []
    assert list(two.map(doubled, range(1000), size, str)) == [2 * n for n in range(1000)]
    assert two.count == 2
    assert len({*two.map(pid, range(64), size, str)} - {os.getpid()}) == 2


@needs_ray
def test_what_is_taken_ahead_is_bounded_by_size(two: RayWorkers) -> None:
    items = iter(range(100))
    next(two.map(doubled, items, lambda _: 1_000_000, str))
    assert next(items) <= 10


@needs_ray
def test_an_error_comes_when_it_is_the_turn_of_its_item(two: RayWorkers) -> None:
    results = two.map(picky, range(100), size, str)
    assert [next(results) for _ in range(30)] == list(range(30))
    with pytest.raises(UsageError, match="Thirty"):
        next(results)


@needs_ray
def test_it_listens_on_the_loopback_alone(two: RayWorkers) -> None:
    workers = set(two.map(pid, range(64), size, str))
    ours = descendants(os.getpid())
    assert workers <= ours
    listening = {socket for process in ours for socket in sockets(process)} & listening_beyond_the_loopback()
    assert not listening


@needs_ray
def test_an_item_that_ends_its_worker_is_named_and_those_beside_it_are_not_lost(
    two: RayWorkers, capfd: pytest.CaptureFixture[str]
) -> None:
    results = two.map(deadly, range(100), size, row)
    assert [next(results) for _ in range(20)] == list(range(20))
    with pytest.raises(LibraryError, match=r"has ended at row 20 ") as told:
        next(results)
    assert "\n" not in str(told.value)
    assert list(two.map(doubled, range(100), size, str)) == [2 * n for n in range(100)]
    assert capfd.readouterr().out == ""


@needs_ray
def test_the_same_is_recorded_also_when_a_worker_is_killed(
    two: RayWorkers, tmp_path: Path, model_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every passage once, with the same vectors to the last bit."""
    file = rows(tmp_path)
    plain = taken_in(tmp_path / "plain", file, model_cache, Workers(0), monkeypatch)
    worker = next(two.map(pid, range(1), size, str))
    monkeypatch.setattr(Library, "record", once_killed(worker))
    spread = taken_in(tmp_path / "spread", file, model_cache, Open(two), monkeypatch)
    assert spread == plain
    assert spread[0].embedded == spread[0].passages > COUNT
    assert not running(worker)


@needs_ray
@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGINT])
def test_an_ingest_that_was_stopped_leaves_no_process_and_the_next_one_finishes(
    tmp_path: Path, model_cache: Path, way: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = rows(tmp_path)
    script = (
        "import sys; from pathlib import Path; from assistant.library import workers\n"
        "from tests.library.test_ray_workers import taken_into\n"
        "pool = workers.workers_for(workers.PARALLEL_FROM, 'ray')\n"
        "print(taken_into(*map(Path, sys.argv[1:]), pool).interrupted)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "library"), str(file), str(model_cache)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdout
        first = process.stdout.readline()  # an article was recorded
        started = descendants(process.pid)
        os.killpg(process.pid, way) if way is signal.SIGINT else process.kill()  # as a terminal does, to all of them
        said = process.stdout.read()
    assert first == "recorded\n"
    assert len(started) > 4  # two workers, and what Ray itself is made of
    deadline = time.monotonic() + 90  # when the driver is killed, two of Ray's agents notice after up to a minute
    while any(map(running, started)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [command_of(one) for one in started if running(one)] == []
    assert said.splitlines()[-1:] == (["True"] if way is signal.SIGINT else [])
    plain = taken_in(tmp_path / "plain", file, model_cache, Workers(0), monkeypatch)[1]
    after = taken_in(tmp_path / "library", file, model_cache, Workers(0), monkeypatch)[1]
    assert after == plain


@needs_ray
def test_a_cluster_that_is_away_is_named() -> None:
    script = (
        "from assistant.library.ray_workers import RayWorkers; from assistant.library.workers import Workers\n"
        "from assistant.errors import WorkersUnreachable\n"
        "try:\n    RayWorkers('ray://127.0.0.1:9', Workers(0)).map(len, ['a'], len, str)\n"
        "except WorkersUnreachable as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("The Ray cluster ray://127.0.0.1:9 cannot be used: ")
    assert done.stdout.count("\n") == 1
    assert WorkersUnreachable.exit_code == 5


# -- small things


class Open(RayWorkers):
    """The workers of another block, which stay when this one ends."""

    def __init__(self, other: RayWorkers) -> None:
        vars(self).update(vars(other))

    def __exit__(self, *_: object) -> None: ...


def once_killed(worker: int) -> Any:
    record = Library.record

    def recording(library: Library, new: Any) -> int:
        if running(worker):  # between two batches, while it cuts and embeds
            os.kill(worker, signal.SIGKILL)
        return record(library, new)

    return recording


def rows(folder: Path) -> Path:
    file = folder / "rows.jsonl"
    texts = (
        " ".join(
            f"Inspector {n} found {n * k} cracks in the {k}th arch of the old stone bridge at Orrin, as the council was"
            f" told on the {k}th day of the inquiry into what the repair of arch {k} had cost the town by then."
            for k in range(1, 5)
        )
        for n in range(COUNT)
    )
    kept = ({"id": f"an-identifier-{n}", "title": f"Report {n}", "text": text} for n, text in enumerate(texts))
    file.write_text("".join(json.dumps(one) + "\n" for one in kept), encoding="utf-8")
    return file


def taken_into(folder: Path, file: Path, cache: Path, pool: Any) -> IngestReport:
    """Take in with these workers; tells when the first articles are recorded."""
    with ExitStack() as stack:
        library = stack.enter_context(closing(Library(folder, MiniLMEmbedder(cache), create=True)))
        record = library.record

        def recording(new: Any) -> int:
            count = record(new)
            print("recorded", flush=True)
            return count

        stack.enter_context(mock.patch.object(library, "record", recording))
        stack.enter_context(mock.patch.object(ingesting, "workers_for", lambda *_: pool))
        stack.enter_context(mock.patch.object(ingesting, "BATCH_ARTICLES", BATCH))
        return ingesting.ingest(library, [file], FieldMap())


def taken_in(
    folder: Path, file: Path, cache: Path, pool: Any, monkeypatch: pytest.MonkeyPatch
) -> tuple[IngestReport, dict[str, list[Any]]]:
    """The report, without its time, and all that is stored."""
    monkeypatch.setattr(ingesting, "workers_for", lambda *_: pool)
    monkeypatch.setattr(ingesting, "BATCH_ARTICLES", BATCH)
    with closing(Library(folder, MiniLMEmbedder(cache), create=True)) as library:
        report = ingesting.ingest(library, [file], FieldMap())
        assert library.check().sound
    with closing(sqlite3.connect(folder / "library.db")) as database:
        tables = {name: database.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in TABLES}
    return replace(report, seconds=0), tables


def descendants(process: int) -> set[int]:
    """All that a process started, and what these did."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
    found = {process}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {process}


def command_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def sockets(process: int) -> Iterator[str]:
    for held in Path(f"/proc/{process}/fd").glob("*"):
        with suppress(OSError):
            if (name := str(held.readlink())).startswith("socket:["):
                yield name[8:-1]


def listening_beyond_the_loopback() -> set[str]:
    """The inodes of sockets that other machines could reach, as the system lists them."""
    loopback = ("0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000")
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    return {line[9] for line in lines if line[3] == "0A" and line[1].rpartition(":")[0] not in loopback}
