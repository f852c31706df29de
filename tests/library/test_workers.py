"""Work done in other processes comes back in order, as if it had been done here; and no process is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import LibraryError, UsageError
from assistant.library.workers import PARALLEL_FROM, Workers, workers_for

ROOT = Path(__file__).resolve().parents[2]


def doubled(number: int, by: int = 2) -> int:
    print("what is printed disturbs nobody")
    return by * number


def picky(number: int) -> int:
    if number == 30:
        raise UsageError("Thirty is too much.")
    return number


def pid(_: int) -> int:
    return os.getpid()


def ends_itself(_: int) -> None:
    os._exit(7)


def ends_itself_at_3(number: int) -> int:
    if number == 3:
        time.sleep(0.1)  # what it did before is told by then
        os._exit(7)
    return os.getpid()


def row(number: int) -> str:
    return f"row {number}"


def enlarged(number: int) -> str:
    return str(number) * 1_000_000


def size(_: int) -> int:
    return 1


@pytest.fixture
def two() -> Iterator[Workers]:
    with Workers(2) as workers:
        yield workers


def test_results_come_in_the_order_of_the_items(two: Workers) -> None:
    assert list(two.map(doubled, range(1000), size, str)) == [2 * n for n in range(1000)]


def test_two_kinds_of_work_may_be_under_way_at_once(two: Workers) -> None:
    ones, others = two.map(doubled, range(300), size, str), two.map(partial(doubled, by=3), range(300), size, str)
    assert list(zip(ones, others, strict=True)) == [(2 * n, 3 * n) for n in range(300)]


def test_large_items_and_results_pass(two: Workers) -> None:
    found = list(two.map(enlarged, range(20), lambda _: 1_000_000, str))
    assert [(text[0], len(text)) for text in found[:10]] == [(str(n), 1_000_000) for n in range(10)]
    assert list(two.map(len, found, len, lambda _: "a text")) == [len(text) for text in found]


def test_what_is_taken_ahead_is_bounded_by_size(two: Workers) -> None:
    items = iter(range(100))
    next(two.map(doubled, items, lambda _: 1_000_000, str))
    assert next(items) <= 10


def test_an_error_comes_when_it_is_the_turn_of_its_item(two: Workers) -> None:
    results = two.map(picky, range(100), size, str)
    assert [next(results) for _ in range(30)] == list(range(30))
    with pytest.raises(UsageError, match="Thirty"):
        next(results)


def test_a_worker_that_is_gone_is_told_in_one_line_with_what_it_was_at(two: Workers) -> None:
    with pytest.raises(LibraryError, match=r"has ended .* at row 0 ") as told:
        list(two.map(ends_itself, range(3), size, row))
    assert "\n" not in str(told.value)


def test_when_a_worker_is_gone_before_its_next_item_it_is_still_told_what_it_was_at() -> None:
    with Workers(1) as workers:
        results = workers.map(ends_itself_at_3, range(300), size, row)
        wait_for_the_end_of(next(results))
        with pytest.raises(LibraryError, match=r"at row 3 "):
            list(results)


def test_what_is_nested_too_deeply_for_a_pipe_is_done_here_in_its_turn(two: Workers) -> None:
    deep: list[object] = []
    for _ in range(900):
        deep = [deep]
    items: list[list[object]] = [[1], deep, [1, 2], deep, []]
    assert list(two.map(len, items, len, lambda _: "a list")) == [1, 1, 2, 1, 0]


def test_where_no_process_can_be_started_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time there is any; and a worker that could be started before the others could not is stopped."""
    started: list[subprocess.Popen[bytes]] = []

    def only_one(*args: Any, **options: Any) -> subprocess.Popen[bytes]:
        if started:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        started.append(popen(*args, **options))
        return started[0]

    popen = subprocess.Popen
    monkeypatch.setattr("assistant.library.workers.subprocess.Popen", only_one)
    with Workers(2) as workers:
        for _ in range(2):
            assert list(workers.map(pid, range(3), size, str)) == [os.getpid()] * 3
        assert workers.count == 0
        assert started[0].poll() is not None


def test_at_the_end_of_the_block_no_worker_is_left() -> None:
    with Workers(2) as workers:
        running = set(workers.map(pid, range(4), size, str))
        assert len(running) == 2
        assert os.getpid() not in running
    assert not any(map(is_running, running))


def test_a_worker_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """However that one ends; and its main module, which has no guard, is not run again in the worker."""
    script = tmp_path / "script.py"
    script.write_text(
        "import time\n"
        "from assistant.library.workers import Workers\n"
        "from tests.library.test_workers import pid, size\n"
        "workers = Workers(1)\n"
        "print(next(workers.map(pid, range(3), size, str)), flush=True)\n"
        "time.sleep(60)\n",
        encoding="utf-8",
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        assert is_running(worker)
        process.kill()
    wait_for_the_end_of(worker)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="another system's signals")
def test_ctrl_c_is_not_for_workers() -> None:
    with Workers(1) as workers:
        worker = next(workers.map(pid, range(1), size, str))
        assert os.getsid(worker) != os.getsid(0)


def test_little_is_read_without_other_processes() -> None:
    assert workers_for(PARALLEL_FROM - 1).count == 0
    assert list(Workers(0).map(pid, range(2), size, str)) == [os.getpid()] * 2


def wait_for_the_end_of(process: int) -> None:
    deadline = time.monotonic() + 10
    while is_running(process) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(process)


def is_running(process: int) -> bool:
    """Whether a process is there, and is not merely waiting to be told that it has ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
