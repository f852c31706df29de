"""Invented articles and answers to export: every verdict, an update, a disagreement, an abstention, hostile text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from assistant.english.dates.find import find_dates
from assistant.english.sentences import split_sentences, trimmed
from assistant.errors import UsageError
from assistant.export.document import Document, build_document
from assistant.permalinks import Lookup
from assistant.records import (
    Answer,
    ArticleInfo,
    Citation,
    Disagreement,
    Filters,
    Opinion,
    Reading,
    Statement,
    StoredArticle,
    Turn,
    Verdict,
    short_hash,
)
from assistant.retrieval.evidence import reference
from assistant.sessions.session_file import SavedTurn

MADE = datetime(2026, 3, 1, 14, 25, tzinfo=UTC)
ADDRESS = "https://www.alder.example/2025/old-harbour?page=1&part=2"
TEXT = (
    "The council of Port Alder voted on Tuesday to close the old harbour. Mayor Ines Calder said the work costs 18 "
    "million crowns. “We had no choice,” she added.\n\nFishing boats move to the north quay. The council refused."
)
# What must stay text: escape codes, clipboard and link sequences of terminals, direction overrides, zero-width
# characters, markup of every format, and what could be taken for our own.
HOSTILE = (
    "\x1b[31mred\x1b]52;c;aGVsbG8=\x07\x1b]8;;http://evil.example\x1b\\ \x9b2J \u202etxet\u2066 pass\u200bword\ufeff "
    "<script>alert(1)</script> <img src=x onerror=alert(1)> <style>*{display:none}</style> <!-- --> ]]> </blockquote> "
    "&lt;b&gt; &amp; \"'` ![picture](http://evil.example/p.png) [link](javascript:alert(1)) [[wiki]] "
    "<http://evil.example> http://evil.example www.evil.example # heading **bold** *it* __b__ ~~s~~ `code` $x^2$ "
    "{{ 7*7 }} {% raw %} @team #1 [s1] [sic] [1] [^1] ==m== %%c%% a | b \\input{/etc/passwd} \\end{document} "
    "100% & more_under } { ^ ~ @article{x, }."
)
ADDRESS_OF_HOSTILE = 'javascript:alert("1")'


def stored(source: str, text: str, *, version: int = 1, current: bool = True, **about: Any) -> StoredArticle:
    """An article cut by the real splitter."""
    known: dict[str, Any] = {"title": "", "outlet": "", "published": None} | about
    info = ArticleInfo(
        id=short_hash(source, 10), version=version, source=source, text_hash=short_hash(text, 64), **known
    )
    return StoredArticle(info=info, text=text, sentences=tuple(split_sentences(text)), current=current)


def cite(number: int, article: StoredArticle, index: int) -> Citation:
    """One of its sentences."""
    start, end = trimmed(article.text, article.sentences[index])
    text = article.text[start:end]
    return Citation(
        number=number,
        ref=reference(article.info, index),
        article=article.info,
        sentence=index,
        start=start,
        end=end,
        text=text,
        score=0.5,
        dates=tuple(find_dates(text, article.info.published)),
    )


_ABOUT: dict[str, Any] = {
    "title": "Old harbour to close",
    "outlet": "Alder Courier",
    "published": date(2025, 11, 27),
    "authors": ("Ines Olm", "Bo Marr"),
    "url": ADDRESS,
}
HARBOUR = stored("harbour", TEXT, current=False, **_ABOUT)
NOTICE = "Correction: An earlier version of this article gave a wrong cost."
UPDATED = stored(
    "harbour",
    TEXT.replace("18 million", "21 million").replace(" The council refused.", "") + f"\n\n{NOTICE}",
    version=2,
    **_ABOUT,
)
ARABIC = stored(
    "arabic",
    "أعلن المجلس البلدي يوم الثلاثاء إغلاق الميناء القديم. وقالت رئيسة البلدية إن الكلفة تبلغ ١٨ مليون كرون.",
    title="إغلاق الميناء القديم",
    outlet="صحيفة الميناء",
    published=date(2025, 11, 28),
)
TRAP = stored(
    "trap",
    f"{HOSTILE}\n# Second line\n- third {HOSTILE}",
    title=HOSTILE,
    outlet=f'" onclick="x {HOSTILE}',
    authors=(HOSTILE, "and"),
    url=ADDRESS_OF_HOSTILE,
)
ARTICLES = (HARBOUR, UPDATED, ARABIC, TRAP)


def lookup(articles: Sequence[StoredArticle] = ARTICLES) -> Lookup:
    """The articles as a library finds them."""

    def article(article_id: str, version: int | None = None, *, text_hash: str = "") -> StoredArticle:
        fitting = [a for a in articles if a.info.id == article_id and version in (None, a.info.version)]
        found = [a for a in fitting if a.info.text_hash.startswith(text_hash)]
        if not found:
            raise UsageError(f"The library has no article {article_id}.")
        return found[-1]

    return article


def answer(question: str, statements: Sequence[Statement], evidence: Sequence[Citation], **about: Any) -> Answer:
    """An answer, or an abstention when there is no statement."""
    given: dict[str, Any] = {
        "question": question,
        "statements": tuple(statements),
        "abstained": not statements,
        "reason": "" if statements else "No sentence is near enough.",
        "evidence": tuple(evidence),
        "evidence_from": date(2025, 11, 27) if statements else None,
        "evidence_until": date(2025, 11, 28) if statements else None,
        "prompt_id": "answer@1234abcd",
        "model": "m-1",
        "usage": None,
    }
    return Answer(**(given | about))


def answered() -> Answer:
    """An answer with every verdict, a notice and articles that disagree."""
    first, second, arabic, refused = cite(1, HARBOUR, 0), cite(2, HARBOUR, 1), cite(3, ARABIC, 0), cite(4, HARBOUR, 4)
    corrected = cite(5, UPDATED, 1)
    statements = [
        Statement(
            text="The council closed the harbour.",
            citations=(first, arabic),
            verdict=Verdict.SUPPORTED,
            opinion=Opinion(verdict=Verdict.PARTLY, reason="it voted to"),
        ),
        Statement(
            text="It costs 18 million crowns from April.",
            citations=(second,),
            verdict=Verdict.PARTLY,
            problems=("not in the cited sentence: “April”",),
        ),
        Statement(text="She called it “a disaster”.", citations=(second,), verdict=Verdict.MISQUOTED, unknown=(9,)),
        Statement(text="It opened in 1911.", citations=(refused,), verdict=Verdict.UNSUPPORTED),
        Statement(text="In short:", citations=(), verdict=Verdict.UNCITED),
    ]
    readings = (
        Reading(words="21 million", citation=corrected, correction=True),
        Reading(words="18 million", citation=second),
    )
    return answer(
        "When does the harbour close?",
        statements,
        [first, second, arabic, refused, corrected],
        notices=("The reply was cut off.",),
        disagreements=(Disagreement(about="crowns", readings=readings),),
    )


def abstained() -> Answer:
    """An answer that says that the archive does not say."""
    return answer("What is the weather like in Port Alder?", [], [cite(6, HARBOUR, 0), cite(7, HARBOUR, 2)], model="")


def trapped() -> Answer:
    """An answer in which everything is hostile."""
    cited = [cite(8 + index, TRAP, index) for index in range(len(TRAP.sentences))]
    says = Statement(text=HOSTILE, citations=tuple(cited), verdict=Verdict.UNSUPPORTED, problems=(HOSTILE,))
    return answer(HOSTILE, [says], cited, notices=(HOSTILE,), model=HOSTILE, prompt_id=HOSTILE)


def document(*answers: Answer, articles: Sequence[StoredArticle] | None = ARTICLES, session: str = "") -> Document:
    """A session of these answers; without articles, as when the library is gone."""
    turns = [SavedTurn(at=MADE, turn=Turn(question=a.question, answer=a)) for a in answers]
    found = None if articles is None else lookup(articles)
    return build_document(turns, found, made=MADE, program="1.0", session=session)


def whole() -> Document:
    """A session with all three."""
    limits = Filters(since=date(2025, 1, 1), outlets=(HOSTILE,))
    turns: list[Turn | SavedTurn] = [
        Turn(question="When does the harbour close?", answer=answered()),
        SavedTurn(
            at=MADE,
            turn=Turn(question="and the weather?", answer=abstained(), standalone=abstained().question),
            filters=limits,
        ),
        SavedTurn(at=MADE, turn=Turn(question=HOSTILE, answer=trapped(), standalone=f"{HOSTILE}?")),
    ]
    return build_document(turns, lookup(), made=MADE, program="1.0", session="2026-03-01-142530")
