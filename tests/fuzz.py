"""Damaged and hostile files by the thousands: each must end in articles or a reason, within bounded time and memory.

    python -m tests.fuzz --cases 10000
    python -m tests.fuzz --kinds pdf warc --cases 500 --seed 7

Small valid files are damaged at random: bytes changed, cut out, doubled, exchanged for numbers and marks that such
files count by. A case is made from its number alone, so a failure can be made again: `--seed N --first CASE --cases 1`.
A PDF file is read without the process that stands between in real use, so that what pypdf does shows; there any
exception is a reason, and only time and memory count.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.articles import read_file
from assistant.articles.formats import pdf_worker
from assistant.records import Article
from tests import samples

LIMIT_S = 30.0  # of one case: beyond, it counts as hung
_TOKENS = (
    b"\x00", b"\xff" * 8, b"-1", b"0", b"4294967295", b"99999999999999999999", b"\r\n\r\n", b"\n", b"<", b"]]>", b"&a;",
    b"endobj", b"stream", b"endstream", b"obj", b"R", b"/Kids", b"/Length", b"/Prev", b"/Filter", b"<<", b">>", b"(",
    b"WARC/1.0\r\n", b"Content-Length: ", b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n",
    b"PK\x01\x02",
    b"PK\x05\x06", b"--b--", b"multipart/mixed; boundary=b", b"=?utf-8?b?", b"{", b"[", b'"', b"\\u0000",
    b"/2025/11/27/",
)  # fmt: skip


class Hung(BaseException):
    """A case took too long. No `Exception`, so that nothing on the way takes it for a fault of the file."""


def _page() -> bytes:
    return samples.page(
        head='<script type="application/ld+json">{"@type": "NewsArticle"}</script>', body="<time>x</time>"
    )


def _rows() -> bytes:
    rows = [{"id": n, "title": f"News {n}", "text": f"Ship {n} left.", "published": "2025-11-27"} for n in range(20)]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _members() -> dict[str, bytes]:
    return {"a.txt": b"Date: 2025-11-27\n\nShips left.", "b.html": _page(), "c/rows.jsonl": _rows()}


def _feed() -> bytes:
    text = "".join(f"&lt;p&gt;{paragraph}&lt;/p&gt;" for paragraph in samples.PARAGRAPHS * 2)
    return samples.rss(f"<title>T</title><link>https://h.example/1</link><content:encoded>{text}</content:encoded>")


def _document() -> bytes:
    """The text of a Word document: damaged before it is packed, for a damaged member of a ZIP file is never read."""
    cells = "".join(f"<w:tc>{samples.docx_paragraph(text)}</w:tc>" for text in samples.PARAGRAPHS)
    deleted = (
        "<w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr><w:del w:id='2'><w:r><w:t>It rained.</w:t></w:r></w:del>"
    )
    body = f"{samples.docx_paragraph('Harbour', style='Title')}<w:tbl><w:tr>{cells}</w:tr></w:tbl>{deleted}</w:p>"
    return samples.docx_text(body)


_LINES = ("The harbour of Eastport", "reopened on Tuesday, the port authority said.")
_COLUMNS = [(72 + 250 * k, 700 - 15 * n, f"The ships of column {k} left") for n in range(9) for k in range(2)]
SEEDS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf": ("a.pdf", lambda: samples.pdf([_LINES, _LINES], title="Harbour", created="D:20251128093000Z", packed=False)),
    "warc": ("a.warc", lambda: samples.warc([f"https://h.example/{n}" for n in range(3)], packed=False)),
    "warc.gz": ("a.warc.gz", lambda: samples.warc([f"https://h.example/{n}" for n in range(3)])),
    "zip": ("a.zip", lambda: samples.zipped(_members() | {"d.tgz": samples.tarred(_members(), packed=True)})),
    "docx": ("a.docx", lambda: samples.docx(samples.docx_paragraph("Ships left."))),
    "word": ("b.docx", _document),
    "tar": ("a.tar", lambda: samples.tarred(_members())),
    "tgz": ("a.tgz", lambda: samples.tarred(_members(), packed=True)),
    "html": ("a.html", _page),
    "eml": ("a.eml", lambda: samples.mail(html=_page().decode(), text="Ships left.", attachment=b"\x89PNG")),
    "forwarded": ("b.eml", lambda: samples.forwarded(samples.mail(text="Ships left."))),
    "columns": ("b.pdf", lambda: samples.drawn_pdf(_COLUMNS)),
    "mhtml": ("a.mhtml", lambda: samples.web_archive(_page())),
    "feed": ("a.xml", _feed),
    "json": ("a.json", lambda: json.dumps([json.loads(row) for row in _rows().splitlines()]).encode()),
    "csv": ("a.csv", lambda: b'title;date;text\nPort;2025-11-27;"Ships ""left"".\n\nMore; came."\n' * 9),
    "latin": ("a.txt", lambda: "“Färjan går” – sade hon på lördag för 5 €. ".encode("cp1252") * 9),
    "jsonl.gz": ("a.jsonl.gz", lambda: gzip.compress(_rows())),
    "md": ("a.md", lambda: b"---\ntitle: Harbour\ndate: 2025-11-27\n---\n\n# Harbour\n\nThe **port** [reopened](x).\n"),
}


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "b.docx": lambda text: samples.docx("", parts={"word/document.xml": text}),
}
"""What is made of damaged bytes before they are read, by the name of their file."""


@dataclass(slots=True)
class Outcome:
    """What became of the cases of one kind."""

    kind: str
    cases: int = 0
    articles: int = 0  # cases that still gave one
    reasons: int = 0  # cases that gave none, and a reason
    slowest_s: float = 0.0
    failures: list[str] = field(default_factory=list)  # hung, or ended in an exception


def damaged(seed: bytes, chance: random.Random) -> bytes:
    """A valid file with one to eight faults."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 8)):
        if not data:
            break
        at = chance.randrange(len(data))
        end = min(len(data), at + chance.choice((1, 4, 20, 200)))
        choice = chance.randrange(6)
        if choice == 0:
            data[at] = chance.randrange(256)
        elif choice == 1:
            del data[at:end]
        elif choice == 2:
            data[at:at] = data[at:end] * chance.choice((1, 2, 50))
        elif choice == 3:
            token = chance.choice(_TOKENS)
            data[at : at + len(token)] = token
        elif choice == 4:
            data[at:at] = chance.choice(_TOKENS) * chance.choice((1, 1, 3, 1000))
        else:
            other = chance.randrange(len(data))
            data[at:end] = data[other : other + end - at]
    return bytes(data[: chance.randrange(len(data) + 1)] if data and chance.random() < 0.1 else data)


@contextmanager
def _limited(seconds: float) -> Any:
    def stop(*_: object) -> None:
        raise Hung

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def run(kind: str, cases: int, seed: int, first: int = 0) -> Outcome:
    """Damage and read `cases` files of one kind."""
    name, make = SEEDS[kind]
    valid = make()
    outcome = Outcome(kind)
    with tempfile.TemporaryDirectory() as folder:
        for case in range(first, first + cases):
            data = damaged(valid, random.Random(f"{kind}/{seed}/{case}"))  # no secret
            _one(outcome, Path(folder) / name, data, case)
    return outcome


def _one(outcome: Outcome, path: Path, data: bytes, case: int) -> None:
    outcome.cases += 1
    began = time.perf_counter()
    try:
        with _limited(LIMIT_S):
            taken = _text_of_pdf(data) if path.suffix == ".pdf" else _articles_of(path, data)
        outcome.articles += taken
        outcome.reasons += not taken
    except Hung:
        outcome.failures.append(f"case {case}: over {LIMIT_S:.0f} s")
    except Exception as err:  # noqa: BLE001  # any exception is what this program looks for
        outcome.failures.append(f"case {case}: {type(err).__name__}: {str(err)[:100]}")
    outcome.slowest_s = max(outcome.slowest_s, time.perf_counter() - began)


def _articles_of(path: Path, data: bytes) -> bool:
    path.write_bytes(PACKED[path.name](data) if path.name in PACKED else data)
    items = list(read_file(path))
    if not items:
        raise AssertionError("neither an article nor a reason")
    return any(isinstance(item, Article) for item in items)


def _text_of_pdf(data: bytes) -> bool:
    try:
        return bool(pdf_worker.extract(data).get("pages"))
    except Exception:  # noqa: BLE001  # in real use it ends the process that reads the file, and is a reason
        return False


def main(arguments: Sequence[str]) -> int:
    """Run the kinds asked for; the exit code is 1 when a case failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Reads damaged files.")
    parser.add_argument("--cases", type=int, default=1000, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--kinds", nargs="+", choices=tuple(SEEDS), default=tuple(SEEDS))
    asked = parser.parse_args(arguments)
    failed = False
    for kind in asked.kinds:
        outcome = run(kind, asked.cases, asked.seed, asked.first)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "linux" else 1 << 20)
        sys.stdout.write(
            f"{kind:9} {outcome.cases:6,} cases  {outcome.articles:6,} still read  {outcome.reasons:6,} refused  "
            f"{len(outcome.failures)} failed  slowest {outcome.slowest_s:.2f} s  memory {memory} MB\n"
        )
        sys.stdout.flush()
        for failure in outcome.failures[:20]:
            sys.stdout.write(f"    {failure}\n")
        failed = failed or bool(outcome.failures)
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
