"""Runs to make reports of: one with text that attacks its reader, and one of any size."""

from dataclasses import replace
from datetime import UTC, date, datetime

from assistant.records import Answer, ArticleInfo, Citation, Disagreement, Reading, Statement, Verdict
from eval.records import (
    Archive,
    GoldPlace,
    GoldSentence,
    GroupScore,
    MeasuredFigure,
    QuestionResult,
    Run,
    RunInfo,
    Scores,
    Status,
    Suite,
    SuiteQuestion,
    Timing,
)

HOSTILE = (
    "<script>document.title='owned'</script>",
    "</script></style></textarea><svg onload=\"document.title='owned'\">",
    "<img src=x onerror=\"document.title='owned'\">",
    '"\'><a href="javascript:document.title=1">[x](javascript:1)</a>',
    "{{ 7 * 7 }}{% raw %}",
    "| a | b |\n# heading\n![i](https://evil.example/i.png) www.evil.example https://evil.example @you",
    "\x1b]0;owned\x07\x1b[31m\u202egnp.exe\u2066 \u200b\x00\ufffe",
    "]]><!-- &lt; &#x1b; <![CDATA[",
)
TEXT = " ".join(HOSTILE)
BRIDGE = "The Pellin Bridge, the only road across the harbour of Skelmouth, was closed at 6 p.m. on Tuesday."
ARTICLE = ArticleInfo(
    id="0123456789",
    version=1,
    source="courant/bridge.txt",
    title="Closed",
    outlet="Courant",
    published=date(2025, 3, 5),
)


def citation(number: int, text: str = BRIDGE, article: ArticleInfo = ARTICLE) -> Citation:
    ref = f"{article.id}-abcdef-{number}"
    return Citation(
        number=number, ref=ref, article=article, sentence=number, start=0, end=len(text), text=text, score=0.9
    )


def answer(question: str, *citations: Citation, text: str = "", reason: str = "", confidence: float = 0.8) -> Answer:
    """An answer with one statement for each citation; without any, an abstention."""
    statements = tuple(
        Statement(text=text or c.text, citations=(c,), verdict=Verdict.SUPPORTED, problems=(text,) if text else ())
        for c in citations
    )
    return Answer(
        question=question,
        statements=statements,
        abstained=not citations,
        reason=reason,
        evidence=citations,
        evidence_from=None,
        evidence_until=None,
        prompt_id="",
        model="",
        usage=None,
        confidence=confidence,
    )


def run(questions: list[SuiteQuestion], results: list[QuestionResult], name: str = "examples") -> Run:
    """A finished run of these results; its scores hold what the reports show, not what a summary would compute."""
    passed = sum(r.passed for r in results)
    planned = sum(r.status is not Status.SKIPPED for r in results)
    figure = MeasuredFigure(
        name="passed", value=passed / planned, low=0.25, high=0.75, n=planned, about="passed / planned"
    )
    tags = sorted({tag for r in results for tag in r.tags})
    of = {tag: [r for r in results if tag in r.tags and r.status is not Status.SKIPPED] for tag in tags}
    groups = [
        GroupScore(tag=t, planned=len(of[t]), passed=sum(r.passed for r in of[t]), errors=0, low=0.1, high=0.9)
        for t in tags
    ]
    info = RunInfo(
        id=f"run-{passed}",
        suite=name,
        suite_hash="a" * 64,
        archive=Archive(fingerprint="b" * 64, articles=31, sentences=700, splitter="news-1", passages=112),
        library="library",
        settings={"evidence": "12"},
        prompts={"answer": "answer@12345678"},
        model="",
        embedder="minilm",
        retrieval_only=False,
        repeats=1,
        planned=len(results),
        day=date(2025, 4, 17),
        undated=0,
        started=datetime(2025, 4, 17, 12, 0, tzinfo=UTC),
        version="0.1",
        python="3.11",
        command="assistant eval run examples",
    )
    scores = Scores(
        planned=planned,
        passed=passed,
        scored=planned,
        errors=sum(r.status is Status.ERROR for r in results),
        skipped=sum(r.status is Status.SKIPPED for r in results),
        missing=0,
        headline=figure,
        figures=(figure,),
        groups=tuple(groups),
        verdicts={"supported": 3},
        abstention={"answered answerable": 3},
        prompt_tokens=0,
        completion_tokens=0,
        cost=None,
        seconds_p50=0.1,
        seconds_p95=0.3,
    )
    timings = [Timing(id=r.id, repeat=r.repeat, seconds=0.05 * n + 0.01) for n, r in enumerate(results)]
    suite = Suite(name=name, questions=tuple(questions))
    return Run(folder="runs/one", info=info, suite=suite, results=tuple(results), timings=tuple(timings), scores=scores)


def small_run(*, bridge_passed: bool = False) -> Run:
    """One question of each kind: passed, failed with a gold sentence offered, an error, unanswerable, skipped."""
    gold = GoldPlace(article=ARTICLE.id, source=ARTICLE.source, sentences=(2,), text="It was Gerrit Osk.")
    questions = [
        SuiteQuestion(id="pass-1", question="When was the bridge closed?", answers=(("6 p.m.",),), tags=("dates",)),
        SuiteQuestion(
            id="fail-1",
            question="Who closed the bridge?",
            tags=("who", "direct"),
            follows="pass-1",
            gold=((GoldSentence(article="courant/bridge.txt", text="It was Gerrit Osk."),),),
        ),
        SuiteQuestion(id="error-1", question="What broke?", answers=(("all",),), tags=("direct",)),
        SuiteQuestion(id="none-1", question="Who designed it?", unanswerable=True, tags=("unanswerable",)),
        SuiteQuestion(id="skip-1", question="And left out?", unanswerable=True, tags=("unanswerable",)),
    ]
    cited = answer("When was the bridge closed?", citation(1))
    offered = answer("Who closed the bridge?", citation(1))
    refused = answer("Who designed it?", reason="The archive does not say.", confidence=0.1)
    results = [
        QuestionResult(id="pass-1", status=Status.SCORED, passed=True, tags=("dates",), answer=cited),
        QuestionResult(
            id="fail-1",
            status=Status.SCORED,
            passed=bridge_passed,
            reason="0 of 1 gold sentences cited",
            tags=("who", "direct"),
            answer=offered,
            gold=(gold,),
            evidence=(citation(1), citation(2, "It was Gerrit Osk.")),
            metrics={"contains": 0.0},
        ),
        QuestionResult(id="error-1", status=Status.ERROR, error="The server fell silent.", tags=("direct",)),
        QuestionResult(
            id="none-1", status=Status.SCORED, passed=True, unanswerable=True, tags=("unanswerable",), answer=refused
        ),
        QuestionResult(id="skip-1", status=Status.SKIPPED, unanswerable=True, tags=("unanswerable",)),
    ]
    return run(questions, results)


def hostile_run() -> Run:
    """Every text that is not the program's own is an attack."""
    article = ArticleInfo(
        id="0123456789", version=1, source=TEXT, title=TEXT, outlet=TEXT, published=None, url="javascript:alert(1)"
    )
    question = SuiteQuestion(
        id=TEXT, question=TEXT, answers=((TEXT, TEXT),), tags=(TEXT,), must_not=(TEXT,), follows=TEXT
    )
    first = citation(1, TEXT, article)
    said = replace(
        answer(TEXT, first, text=TEXT),
        notices=(TEXT,),
        unknown=(7,),
        left_out=(Verdict.UNSUPPORTED,),
        disagreements=(Disagreement(about=TEXT, readings=(Reading(words=TEXT, citation=first),) * 2),),
    )
    gold = GoldPlace(article="x", source=TEXT, sentences=(1,), text=TEXT)
    results = [
        QuestionResult(
            id=TEXT, status=Status.SCORED, reason=TEXT, tags=(TEXT,), standalone=TEXT, answer=said, gold=(gold,),
            metrics={TEXT: 0.5},
        ),
        QuestionResult(
            id="quiet", status=Status.ERROR, error=TEXT, answer=answer(TEXT, reason=TEXT), evidence=said.evidence
        ),
    ]  # fmt: skip
    return run([question], results, name=TEXT)


def large_run(count: int) -> Run:
    """`count` failures, each with as much evidence as an answer is offered."""
    questions = [
        SuiteQuestion(id=f"q-{n}", question=f"What happened on day {n}?", tags=(f"tag {n % 12}",)) for n in range(count)
    ]
    long = " ".join([BRIDGE] * 3)
    said = answer("", *(citation(n, long) for n in range(1, 4)))
    evidence = tuple(citation(n, long) for n in range(4, 14))
    gold = tuple(
        GoldPlace(article=ARTICLE.id, source="courant/bridge.txt", sentences=(20 + n,), text=long, item=n)
        for n in range(3)
    )
    results = [
        QuestionResult(
            id=q.id, status=Status.SCORED, reason="without it", tags=q.tags, answer=said, evidence=evidence, gold=gold,
            metrics={f"metric {n}": 0.5 for n in range(20)},
        )
        for q in questions
    ]  # fmt: skip
    return run(questions, results)
