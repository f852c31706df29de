"""Invented articles as records, and answers about them made by hand: nothing is looked up and nothing checked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from assistant.records import (
    Answer,
    ArticleInfo,
    Citation,
    DateMention,
    Evidence,
    Sentence,
    Statement,
    StoredArticle,
    Usage,
    Verdict,
    short_hash,
)
from tests.fakes import hostile

TRAP = (
    "\x1b[31mred\x1b]52;c;aGVsbG8=\x07 [bold]not bold[/bold] [s1] [sic] :smile: \u202eabc\u202c \x9b2J end "
    f"{hostile.ALL}"
)
HARBOUR = (
    "The council of Port Alder voted on Tuesday to close the old harbour. Mayor Ines Calder said the work costs "
    "18 million crowns.\n\nFishing boats move to the north quay. The last ferry leaves in March. Residents had asked "
    "for a delay. The council refused. Work begins in spring."
)
MINA = (
    "أعلن المجلس البلدي إغلاق الميناء القديم 👩\u200d👩\u200d👧 🎉. وتبلغ الكلفة ١٨ مليون كرون. "
    + 9 * "بقيت القوارب في الرصيف. "
)
FERRY = "The ferry to Sand Isle carried 23,400 people last year. Fares stay as they are."


def stored(text: str, *, version: int = 1, **about: Any) -> StoredArticle:
    """An article cut at full stops, which is good enough for invented ones."""
    tiles = tuple(
        Sentence(i, m.start(), m.end()) for i, m in enumerate(re.finditer(r"[^.]+(?:\.\s*|$)", text, re.DOTALL))
    )
    source = str(about.get("source", "/news/file.txt"))
    known: dict[str, Any] = {"source": source, "title": "", "outlet": "", "published": None} | about
    info = ArticleInfo(id=short_hash(source, 10), version=version, **known)
    return StoredArticle(info=info, text=text, sentences=tiles, current=True)


def articles() -> list[StoredArticle]:
    """The archive."""
    return [
        stored(
            HARBOUR,
            source="/news/harbour.html",
            title="Old harbour to close",
            outlet="Alder Courier",
            published=date(2025, 11, 27),
            authors=("Ines Olm", "Bo Marr"),
        ),
        stored(FERRY, source="https://www.isle.example/2025/ferry-numbers", published=date(2025, 11, 25)),
        stored(
            TRAP,
            source=f"/news/\x1b[2J{hostile.ALL}trap.txt",
            title=TRAP,
            outlet=f"[red]Trap\x1b[0m {hostile.ALL}",
            published=None,
            authors=(f"Trap {hostile.ALL}",),
            url=f"http://evil/{hostile.ALL}",
        ),
        stored(
            MINA,
            source="/news/mina.txt",
            title="إغلاق الميناء القديم 🎉",
            outlet="صحيفة الميناء",
            published=date(2025, 11, 28),
        ),
    ]


def reference(article: StoredArticle, index: int) -> str:
    """The reference printed for a sentence."""
    return f"{article.info.id}-{short_hash(article.text, 10)}-{index + 1}"


def evidence(article: StoredArticle, index: int, score: float = 0.5) -> Evidence:
    """A sentence of an article; "on Tuesday" is resolved as the real one would."""
    tile = article.sentences[index]
    text = article.text[tile.start : tile.end].rstrip()
    at = text.find("on Tuesday")
    tuesday = DateMention(at, at + 10, date(2025, 11, 25), date(2025, 11, 25), relative=True)
    return Evidence(
        ref=reference(article, index),
        article=article.info,
        sentence=index,
        start=tile.start,
        end=tile.start + len(text),
        text=text,
        score=score,
        dates=(tuesday,) if at >= 0 else (),
    )


def cite(number: int, article: StoredArticle, index: int) -> Citation:
    """The same under a number."""
    found = evidence(article, index)
    return Citation(number=number, **{f.name: getattr(found, f.name) for f in fields(found)})


def _answer(question: str, statements: Sequence[Statement], offered: Sequence[Citation], **changes: Any) -> Answer:
    given: dict[str, Any] = {
        "question": question,
        "statements": tuple(statements),
        "abstained": not statements,
        "reason": "" if statements else "No sentence of the archive is near enough to this question.",
        "evidence": tuple(offered),
        "evidence_from": date(2025, 11, 25) if statements else None,
        "evidence_until": date(2025, 11, 27) if statements else None,
        "prompt_id": "",
        "model": "",
        "usage": None,
    }
    return Answer(**(given | changes))


def answer_to(question: str, number: int = 1, *, model: str = "") -> Answer:
    """Return the answer that a word of the question asks for, its citations numbered from `number`."""
    harbour, ferry, trap, mina = articles()
    first, second = cite(number, harbour, 0), cite(number + 1, harbour, 1)
    if "ferry" in question:
        third = cite(number + 2, ferry, 0)
        failing = Statement(
            text="The ferry carried 23 million people.",
            citations=(third,),
            verdict=Verdict.UNSUPPORTED,
            problems=("not in the cited sentence: “23 million”",),
            unknown=(9,),
        )
        kept = Statement(text="It stops in March.", citations=(first,), verdict=Verdict.SUPPORTED)
        return _answer(question, [kept, failing], [first, third], notices=("The reply was cut off.",))
    if "trap" in question:
        found = cite(number, trap, 0)
        return _answer(
            question,
            [Statement(text=TRAP, citations=(found,), verdict=Verdict.MISQUOTED, problems=(TRAP,))],
            [found],
            notices=(TRAP,),
        )
    if "mina" in question:
        found = cite(number, mina, 0)
        return _answer(question, [Statement(text=found.text, citations=(found,), verdict=Verdict.SUPPORTED)], [found])
    if "harbour" in question or "slow" in question:
        says = Statement(
            text="Port Alder closes its old harbour for 18 million crowns.",
            citations=(first, second),
            verdict=Verdict.SUPPORTED,
        )
        used = Usage(prompt_tokens=1200, completion_tokens=34) if model else None
        return _answer(question, [says], [first, second], model=model, usage=used)
    return _answer(question, [], [cite(number + i, harbour, i) for i in range(5)])
