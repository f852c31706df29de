"""Damage done to a library on purpose, and what became of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from research.torture.articles import revisions
from research.torture.verify import PROCESSES, Step, embedded, look, run


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a library after one fault."""

    fault: str
    verdict: str
    good: bool


class Bench:
    """A sound library to damage copies of."""

    def __init__(self, place: Path, *, articles: int, embedder: str, cache: str) -> None:
        self.place = place
        self.articles = articles
        self._embedder = embedder
        self._cache = cache
        self.files = revisions(place, articles, 2)
        self.sound = place / "sound"
        self.ingest(self.sound)
        self._count = 0

    def copy(self) -> Path:
        """A fresh copy of the sound library."""
        self._count += 1
        return Path(shutil.copytree(self.sound, self.place / f"copy-{self._count}"))

    def ingest(self, folder: Path, revision: int = 0, kill_after: float | None = None) -> int:
        """Ingest, or kill the ingest after some seconds; returns the exit code."""
        step = Step(kind="ingest", file=self.files[revision])
        process = PROCESSES.Process(target=run, args=(folder, step, self._embedder, self.log, self._cache))
        process.start()
        process.join(kill_after)
        if process.exitcode is None:
            process.kill()
            process.join()
        return process.exitcode or 0

    @property
    def log(self) -> Path:
        """Of the passages embedded."""
        return self.place / "embedded.log"

    @property
    def told(self) -> str:
        """The last error that a user would have read."""
        return (self.place / "error.txt").read_text(encoding="utf-8")

    def outcome(self, fault: str, folder: Path, *, articles: int | None = None) -> Outcome:
        """Whether the library is whole, holds all articles and embedded nothing anew."""
        before = len(embedded(self.log))
        seen = look(folder, self._embedder, self.log, self._cache)
        anew = len(embedded(self.log)) - before
        wanted = self.articles if articles is None else articles
        problems = list(seen.problems)
        if seen.articles != wanted and not problems:
            problems.append(f"{seen.articles} articles instead of {wanted}")
        if anew:
            problems.append(f"{anew} passages embedded anew")
        return Outcome(fault, "; ".join(problems)[:200] or "mended, nothing lost", not problems)


def run_all(place: Path, *, articles: int, embedder: str, cache: str) -> list[Outcome]:
    """All faults, one after the other."""
    (place / "faults").mkdir()
    bench = Bench(place / "faults", articles=articles, embedder=embedder, cache=cache)
    found: list[Outcome] = []
    for name, damage in _damages():
        folder = bench.copy()
        damage(folder)
        found.append(bench.outcome(name, folder))
        shutil.rmtree(folder)
    return [*found, *_lost_logs(bench), _older_catalog(bench), _spoilt_catalog(bench), _read_only(bench), _full(bench)]


def _damages() -> Iterator[tuple[str, Callable[[Path], None]]]:
    for name in ("chroma", "tantivy"):
        yield f"{name}/ deleted", lambda folder, name=name: shutil.rmtree(folder / name)  # type: ignore[misc]
        yield f"{name}/ overwritten with noise", lambda folder, name=name: _noise(folder / name)  # type: ignore[misc]
        yield f"{name}/ a file in its place", lambda folder, name=name: _file(folder / name)  # type: ignore[misc]
        yield f"{name}/ every file empty", lambda folder, name=name: _empty(folder / name)  # type: ignore[misc]
    for file in ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin", "index_metadata.pickle"):
        yield f"{file} cut to half", lambda folder, file=file: _halve(folder / "chroma", file)  # type: ignore[misc]
    yield "indexes.json deleted", lambda folder: (folder / "indexes.json").unlink()


def _noise(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            file.write_bytes(os.urandom(max(64, file.stat().st_size)))


def _file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("x", encoding="ascii")


def _empty(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            os.truncate(file, 0)


def _halve(folder: Path, name: str) -> None:
    for file in folder.rglob(name):
        os.truncate(file, file.stat().st_size // 2)


def _lost_logs(bench: Bench) -> Iterator[Outcome]:
    """A killed ingest leaves a log beside the catalog; without it the catalog is as it was at the last checkpoint.

    What was in the log is gone, and has to come back by ingesting again: that may embed, but lose nothing else.
    """
    for name, damage in (("deleted", Path.unlink), ("cut to half", _cut)):
        folder = bench.place / f"log-{name.split()[0]}"
        for wait in (0.6, 0.9, 1.3, 2.0):
            bench.ingest(folder, kill_after=wait)
            if (folder / "library.db-wal").exists() and (folder / "library.db-wal").stat().st_size:
                break
        if not (folder / "library.db-wal").exists():
            yield Outcome(f"library.db-wal {name}", "skipped: no kill left a log", True)
            continue
        damage(folder / "library.db-wal")
        code = bench.ingest(folder)
        done = bench.outcome(f"library.db-wal {name}", folder)
        yield done if not code else Outcome(done.fault, f"ingest failed: {bench.told}", False)


def _cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def _older_catalog(bench: Bench) -> Outcome:
    """`library.db` put back from before an update: the indexes know more than it does."""
    folder = bench.copy()
    bench.ingest(folder, revision=1)
    shutil.copyfile(bench.sound / "library.db", folder / "library.db")
    return bench.outcome("library.db put back from before an update", folder)


def _spoilt_catalog(bench: Bench) -> Outcome:
    """A damaged catalog cannot be mended, but must be named."""
    folder = bench.copy()
    content = bytearray((folder / "library.db").read_bytes())
    content[100 : len(content) // 2] = os.urandom(len(content) // 2 - 100)
    (folder / "library.db").write_bytes(content)
    found = bench.outcome("library.db overwritten in part", folder)
    named = "refused: " in found.verdict and "backup" in found.verdict
    return Outcome(found.fault, found.verdict, named)


def _read_only(bench: Bench) -> Outcome:
    fault = "folder on a read-only medium"
    folder = bench.copy()
    with _mounted("--bind", str(folder), folder) as mounted:
        if not mounted or subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=False).returncode:  # noqa: S603, S607
            return Outcome(fault, "skipped: only root may mount", True)
        code = bench.ingest(folder, revision=1)
        found = bench.outcome(fault, folder)
    if code != 3 or "may not be written" not in bench.told:
        return Outcome(fault, f"an ingest there ended with {code}", False)
    return Outcome(fault, "answers; ingest says that it may not write", True) if found.good else found


def _full(bench: Bench) -> Outcome:
    """Fills a small file system while ingesting, makes room, and goes on; several sizes meet several moments."""
    fault = "disk full at eight moments, then space made"
    size = sum(file.stat().st_size for file in bench.sound.rglob("*") if file.is_file())
    refused = 0
    for share in (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.1):
        folder = bench.place / "small"
        folder.mkdir(exist_ok=True)
        with _mounted("-t", "tmpfs", "-o", f"size={int(size * share)}", "tmpfs", folder) as mounted:
            if not mounted:
                return Outcome(fault, "skipped: only root may mount", True)
            code = bench.ingest(folder / "library")
            if code not in (0, 3):
                return Outcome(fault, f"ingest ended with {code} at {share:.0%}", False)
            refused += code == 3
            if code == 3 and not any(word in bench.told for word in ("full", "space", "fault")):
                return Outcome(fault, f"the user was told: {bench.told}"[:200], False)
            subprocess.run(["mount", "-o", "remount,size=2g", str(folder)], check=True)  # noqa: S603, S607
            if bench.ingest(folder / "library"):
                return Outcome(fault, f"with space again: {bench.told}"[:200], False)
            found = bench.outcome(fault, folder / "library")
            if not found.good:
                return found
    return Outcome(fault, f"refused with the reason {refused} times, nothing lost", refused > 0)


@contextmanager
def _mounted(*words: object) -> Iterator[bool]:
    """Whether mounting worked; undone at the end."""
    folder = str(words[-1])
    done = subprocess.run(["mount", *map(str, words)], capture_output=True, check=False).returncode == 0  # noqa: S603, S607
    try:
        yield done
    finally:
        for _ in range(20 if done else 0):
            if subprocess.run(["umount", folder], capture_output=True, check=False).returncode == 0:  # noqa: S603, S607
                break
            time.sleep(0.1)
