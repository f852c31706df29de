"""Makes the records that the tests of the evaluation need."""

from __future__ import annotations

from datetime import date

from assistant.records import Answer, ArticleInfo, Citation, Statement, Verdict
from eval.records import GoldPlace, GoldSentence, SuiteQuestion


def article(name: str = "a", source: str = "paper/one.txt") -> ArticleInfo:
    return ArticleInfo(id=name, version=1, source=source, title="", outlet="", published=date(2025, 3, 4))


def citation(number: int, text: str = "", *, of: str = "a", sentence: int | None = None) -> Citation:
    place = number if sentence is None else sentence
    return Citation(
        ref=f"{of}-{place}",
        article=article(of),
        sentence=place,
        start=0,
        end=len(text),
        text=text,
        score=1.0,
        number=number,
    )


def statement(
    text: str,
    verdict: Verdict,
    *numbers: int | Citation,
    unknown: tuple[int, ...] = (),
    problems: tuple[str, ...] = (),
) -> Statement:
    cited = tuple(n if isinstance(n, Citation) else citation(n) for n in numbers)
    return Statement(text=text, citations=cited, verdict=verdict, unknown=unknown, problems=problems)


def answer(*statements: Statement, abstained: bool = False, reason: str = "") -> Answer:
    cited = {c.number: c for s in statements for c in s.citations}
    return Answer(
        question="?",
        statements=statements,
        abstained=abstained,
        reason=reason,
        evidence=tuple(cited.values()),
        evidence_from=None,
        evidence_until=None,
        prompt_id="",
        model="",
        usage=None,
    )


def question(**fields: object) -> SuiteQuestion:
    return SuiteQuestion(**({"id": "q", "question": "When?"} | fields))  # type: ignore[arg-type]


def gold(text: str = "It rained.", name: str = "one.txt", **fields: object) -> GoldSentence:
    return GoldSentence(article=name, text=text, **fields)  # type: ignore[arg-type]


def place(sentence: int | None, *, of: str = "a", item: int = 0, grade: int = 1) -> GoldPlace:
    sentences = () if sentence is None else (sentence,)
    return GoldPlace(article=of, source="paper/one.txt", sentences=sentences, text="", item=item, grade=grade)
