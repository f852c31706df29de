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

import pytest

from assistant.errors import LibraryError, UsageError
from assistant.library.workers import ENOUGH, Workers, workers_for

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


def enlarged(number: int) -> str:
    return str(number) * 1_000_000


def size(_: int) -> int:
    return 1


@pytest.fixture
def two() -> Iterator[Workers]:
    with Workers(2) as workers:
        yield workers


def test_results_come_in_the_order_of_the_items(two: Workers) -> None:
    assert list(two.spread(doubled, range(1000), size)) == [2 * n for n in range(1000)]


def test_two_kinds_of_work_may_be_under_way_at_once(two: Workers) -> None:
    ones, others = two.spread(doubled, range(300), size), two.spread(partial(doubled, by=3), range(300), size)
    assert list(zip(ones, others, strict=True)) == [(2 * n, 3 * n) for n in range(300)]


def test_large_items_and_results_pass(two: Workers) -> None:
    found = list(two.spread(enlarged, range(20), lambda _: 1_000_000))
    assert [(text[0], len(text)) for text in found[:10]] == [(str(n), 1_000_000) for n in range(10)]
    assert list(two.spread(len, found, len)) == [len(text) for text in found]


def test_what_is_taken_ahead_is_bounded_by_size(two: Workers) -> None:
    items = iter(range(100))
    next(two.spread(doubled, items, lambda _: 1_000_000))
    assert next(items) <= 10


def test_an_error_comes_when_it_is_the_turn_of_its_item(two: Workers) -> None:
    results = two.spread(picky, range(100), size)
    assert [next(results) for _ in range(30)] == list(range(30))
    with pytest.raises(UsageError, match="Thirty"):
        next(results)


def test_a_worker_that_is_gone_is_told_in_one_line(two: Workers) -> None:
    with pytest.raises(LibraryError, match="has ended") as told:
        list(two.spread(ends_itself, range(3), size))
    assert "\n" not in str(told.value)


def test_at_the_end_of_the_block_no_worker_is_left() -> None:
    with Workers(2) as workers:
        running = set(workers.spread(pid, range(4), size))
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
        "print(next(workers.spread(pid, range(3), size)), flush=True)\n"
        "time.sleep(60)\n",
        encoding="utf-8",
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        worker = int(process.stdout.readline())
        assert is_running(worker)
        process.kill()
    deadline = time.monotonic() + 10
    while is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(worker)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="another system's signals")
def test_ctrl_c_is_not_for_workers() -> None:
    with Workers(1) as workers:
        worker = next(workers.spread(pid, range(1), size))
        assert os.getsid(worker) != os.getsid(0)


def test_little_is_read_without_other_processes() -> None:
    assert workers_for(ENOUGH - 1).count == 0
    assert list(Workers(0).spread(pid, range(2), size)) == [os.getpid()] * 2


def is_running(process: int) -> bool:
    """Whether a process is there, and is not merely waiting to be told that it has ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
