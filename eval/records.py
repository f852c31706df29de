"""The frozen records of an evaluation: suites of questions, what a run found, and the folder a run is kept in.

A suite file is JSON lines (or CSV with the same columns; lists in a cell are split at " | "). The first line may
describe the suite; every other line is one question:

    {"suite": "examples", "about": "What it covers, in a line.", "archive": "../../examples/articles"}
    {"id": "direct-01", "question": "When was the bridge closed?", "asked_on": "2025-03-06", "tags": ["direct"],
     "answers": ["6 p.m.", "18:00"],
     "gold": [{"article": "courant/2025-03-05-bridge-closed.txt", "text": "The bridge was closed at 6 p.m."}]}
    {"id": "direct-02", "question": "And who closed it?", "follows": "direct-01",
     "all_of": [["Osk", "Tam Osk"], "police"]}
    {"id": "none-01", "question": "Who designed the bridge?", "unanswerable": true, "must_not": ["Sorrell"]}
    {"id": "bridge", "dated": "2025-04-20", "draft": "The bridge was opened in 1971. It is long.",
     "claims": [{"text": "The bridge was opened in 1971.", "verdict": "contradicted", "gold": "opened in 1961"}]}

    {"id": "broad-01", "question": "What do we know about the bridge?",
     "nuggets": [{"nugget": "The bridge was closed.", "vital": true, "date": "2025-03-04",
                  "gold": [{"article": "courant/2025-03-05-bridge-closed.txt", "text": "The bridge was closed …"}]}]}
    {"id": "reply-01", "question": "When was the bridge closed?", "reply": "It was closed at 6 p.m. [{other}]",
     "statements": [{"text": "It was closed at 6 p.m.", "truth": "true", "gold": "closed at 6 p.m."}]}

`answers` are wordings of one answer: any one is right. `all_of` are the parts of an answer: each is needed, and each is
a text or a list of its wordings. `gold` are the sentences that a whole answer cites; a list in the place of one holds
alternatives, of which any will do. `also` are sentences that are right to cite but not needed. One of `answers`,
`all_of`, `gold`, `nuggets` and `unanswerable` must be given. `archive` is a folder or a file, relative to the suite
file, that is asked when no library is named.

`nuggets` are the facts that an overview should hold, each with the sentences that tell it (any will do); without a
`vital` one the overview is incomplete. A nugget's `date` is the day, month or year of what it tells ("2025-03-04",
"2025-03", "2025").

A line with a `draft` holds a text to be checked as `assistant check` does it. Each of its `claims` counts as one
question: `text` is a piece of the draft, `verdict` the right one, and `gold` are words of the sentence that the verdict
stands on, "" for none.

A question with a `reply` is not put to a model: a server on this machine replays the reply as if it were one's, and all
that comes after is the program as it is. In the reply "{gold}" stands for the number of the first offered sentence that
holds the `gold` words of its first statement ("{gold 2}" of its second), "{other}" for that of a sentence that holds
none of them, "{beyond}" for one that was never offered. `statements` label it: `text` is a piece of the reply, word for
word, `truth` one of "true", "half" and "false", `gold` words of the sentence that proves it (of a false one: that it
changes), and `wrong` those of its words that make a half right one wrong.

A run is one folder, never overwritten (read it with `eval.folder.load_run`):

    run.json       `RunInfo`: everything that decides what the answers are
    suite.jsonl    the questions as they were asked, in the form above
    results.jsonl  one `QuestionResult` a line, in the order of the suite once the run is finished; holds no times, so
                   that an interrupted and resumed run leaves the same bytes as one that nothing disturbed
    timings.jsonl  one `Timing` a line: what is not the same in every run
    summary.json   `Scores`; written when the run is finished
    judgements.jsonl   what a judging model thought, where one was asked: {"id", "repeat", "judgement"}
    calibration.json   `JudgeCalibration`, where people's labels were given
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from assistant.drafts.check_report import CheckedClaim, DraftVerdict
from assistant.records import Answer, Cost, Evidence, Verdict

# -- Suites


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldSentence:
    """A sentence that supports the right answer, as the suite names it."""

    article: str  # the article's source, or the end of it after a "/" or "#": "courant/bridge.txt", "OW-20250319-014"
    text: str = ""  # the sentence word for word; "" when only the article is known
    also_in: tuple[str, ...] = ()  # other articles that carry the same sentence: citing any of them is as good
    grade: int = 1  # how relevant it is, 1 or more; only nDCG counts it


@dataclass(frozen=True, slots=True, kw_only=True)
class Nugget:
    """A fact that an overview should hold."""

    text: str  # in the suite's words
    gold: tuple[GoldSentence, ...]  # sentences that tell it: citing any of them is right
    vital: bool = False  # without it an overview is incomplete
    first: date | None = None  # days of what it tells; None where it has none
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteDraft:
    """A text to be checked against the archive."""

    id: str  # unique within the suite
    text: str
    dated: date  # from which its relative days count
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledClaim:
    """What is right to say of a claim of a draft."""

    draft: SuiteDraft
    verdict: DraftVerdict
    gold: str = ""  # words of the sentence that the verdict stands on, "" for none


class Truth(StrEnum):
    """How much of a statement the archive says."""

    TRUE = "true"
    HALF = "half"  # a part of it is right, another is not
    FALSE = "false"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledStatement:
    """What is right to say of a statement of a model's reply."""

    text: str  # a piece of the reply, word for word
    truth: Truth
    gold: str = ""  # words of the sentence that proves it, or that it changes; "" for none
    wrong: str = ""  # of a half right one: the words that are wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteReply:
    """A model's reply to be replayed, with labels for its statements."""

    text: str  # with "{gold}", "{gold 2}", "{other}" and "{beyond}" in the place of numbers
    statements: tuple[LabelledStatement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteQuestion:
    """One question of a suite, or one claim of a draft."""

    id: str  # unique within the suite
    question: str  # of a draft: the claim, as it stands there
    answers: tuple[tuple[str, ...], ...] = ()  # the parts of the answer, all needed; each with its accepted wordings
    gold: tuple[tuple[GoldSentence, ...], ...] = ()  # the sentences of a whole answer; each with its alternatives
    also: tuple[GoldSentence, ...] = ()  # sentences that are right to cite, but not needed
    unanswerable: bool = False  # the archive does not hold the answer: only an abstention is right
    asked_on: date | None = None  # from which "last week" counts; None: the day on which the run was begun
    tags: tuple[str, ...] = ()  # groups that are reported apart
    follows: str = ""  # id of the question asked just before it in the same conversation, "" for none
    must_not: tuple[str, ...] = ()  # words that neither a statement nor a cited sentence may hold
    note: str = ""  # for people
    status: str = ""  # "draft" until a person has accepted it: drafts are not asked
    nuggets: tuple[Nugget, ...] = ()  # of a broad question: the facts that an overview should hold
    claim: LabelledClaim | None = None  # of a claim: it is checked with its draft, not asked
    reply: SuiteReply | None = None  # what the model is made to reply; None: the model of the settings is asked

    @property
    def draft(self) -> bool:
        """Whether it has not been accepted yet."""
        return self.status == "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Questions about one archive."""

    name: str
    questions: tuple[SuiteQuestion, ...]
    about: str = ""
    archive: str = ""  # absolute path of its articles, "" when the suite names none
    path: str = ""  # where it was read from

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the questions, in order."""
        return tuple(q.id for q in self.questions)


# -- Runs


class Status(StrEnum):
    """The outcome of a question. Both of the first two count in the headline's denominator."""

    SCORED = "scored"
    ERROR = "error"  # could not be scored: the model failed, or the gold sentence is not in the archive
    SKIPPED = "skipped"  # does not apply, e.g. an unanswerable question when only retrieval is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPlace:
    """Where a gold sentence stands in the archive that was asked."""

    article: str  # id of the article
    source: str
    sentences: tuple[int, ...]  # indices of the stored sentences that it covers, nearly always one; () for any of them
    text: str  # the words as stored; "" when only the article is known
    grade: int = 1
    item: int = 0  # index into the question's `gold`; places of one item are alternatives; -1 for those of `also`


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A judging model's grade of an answer. Advisory until `eval calibrate` has measured the judge."""

    verdict: str  # "correct", "partly", "incorrect", or "unscored" when the reply broke the protocol
    reason: str  # in the judge's words
    model: str = ""
    prompt_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeCalibration:
    """The agreement of a judging model with people."""

    judge: str  # name of the model
    prompt_id: str
    n: int  # answers that both graded
    unscored: int  # of them, replies of the judge that broke the protocol: never an agreement
    accuracy: float  # 0..1
    kappa: float  # Cohen's, -1..1
    kappa_low: float  # 95 % bootstrap interval
    kappa_high: float
    trusted: bool  # enough labels, and the lower end is high enough: see `eval.judging`
    confusion: Mapping[str, int]  # "correct judged partly" -> number of answers


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedStatement:
    """What became of a labelled statement of a replayed reply."""

    text: str  # as the suite has it
    truth: Truth
    verdict: Verdict | None  # under which it is shown; None where it is not shown
    gold_offered: bool  # the model was offered a sentence with the gold words; True where there are none
    gold_cited: bool  # such a sentence stands behind it
    wrong_named: bool  # the words that are wrong are among those named as not proven


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionResult:
    """The result of one question."""

    id: str  # of the question
    repeat: int = 0  # 0, 1, 2 … when the run asks each question several times
    status: Status
    passed: bool = False  # see `eval.scoring.passed`; False for what was not scored
    reason: str = ""  # why it did not pass, or was not scored, in a line for people
    unanswerable: bool = False  # as the suite says
    tags: tuple[str, ...] = ()
    cluster: str = ""  # the conversation it belongs to: resampled together
    standalone: str = ""  # the question as searched, where it differs from the one asked
    answer: Answer | None = None  # None when only retrieval was measured, or nothing came back; holds tokens and cost
    evidence: tuple[Evidence, ...] = ()  # the first ten sentences that retrieval ranked
    gold: tuple[GoldPlace, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)  # name -> value; see `eval.metrics` for each
    error: str = ""  # one line; "" unless the status is `ERROR`
    judgement: Judgement | None = None
    wanted: DraftVerdict | None = None  # of a claim: the verdict that is right
    checked: CheckedClaim | None = None  # of a claim: what the check found; None when it took it for no claim
    replayed: tuple[ReplayedStatement, ...] = ()  # of a reply: what became of its statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The part of a result that differs between two equal runs."""

    id: str
    repeat: int = 0
    seconds: float  # from the question to the checked answer; of a search where only retrieval is measured
    calls: int = 0  # of the model
    cached: int = 0  # of those, how many replies came from the cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The archive that was asked, so that no two runs over different ones are compared."""

    fingerprint: str  # SHA-256 over text, day, outlet and title of every current article, 64 hexadecimal digits
    articles: int
    sentences: int
    splitter: str  # version of the sentence splitter
    passages: int
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """Everything that decides what a run finds."""

    id: str  # the folder's name: time, suite, short hash
    suite: str  # its name
    suite_hash: str  # SHA-256 of the questions asked, 64 hexadecimal digits
    archive: Archive
    library: str  # folder of the library that held it
    settings: Mapping[str, str]  # as text; keys masked
    prompts: Mapping[str, str]  # name -> "name@first 8 digits of its hash"
    model: str  # "" when none was asked
    embedder: str
    retrieval_only: bool
    repeats: int  # times that each question was asked
    planned: int  # results that a finished run holds
    day: date  # the day of asking of questions that name none
    undated: int  # how many questions name none
    started: datetime  # with its zone
    version: str  # of the program
    python: str
    command: str  # as typed, with keys masked


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredFigure:
    """One measured value with its uncertainty."""

    name: str
    value: float
    low: float  # 95 % bootstrap percentile interval, resampled by conversation
    high: float
    n: int  # results it is the mean over
    about: str = ""  # what it means, in a line
    better: str = "higher"  # "higher", "lower" or "" for neither


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupScore:
    """The headline of the questions with one tag."""

    tag: str
    planned: int
    passed: int
    errors: int
    low: float  # interval of passed / planned
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The scores of a whole run. The headline is passed / planned; a question that could not be scored did not pass."""

    planned: int  # without the skipped
    passed: int
    scored: int
    errors: int
    skipped: int
    missing: int  # planned, but not in the results: the run was interrupted
    headline: MeasuredFigure
    figures: tuple[MeasuredFigure, ...]
    groups: tuple[GroupScore, ...]
    verdicts: Mapping[str, int]  # verdict of a statement -> number of statements
    abstention: Mapping[str, int]  # "answered", "refused" x "answerable", "unanswerable": "answered answerable" …
    prompt_tokens: int
    completion_tokens: int
    cost: Cost | None  # by the user's table of prices; None when the model's price is not in it
    seconds_p50: float | None
    seconds_p95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as read back from its folder."""

    folder: str
    info: RunInfo
    suite: Suite
    results: tuple[QuestionResult, ...]  # in the order of the suite; of an interrupted run, those there are
    timings: tuple[Timing, ...]
    scores: Scores
    calibration: JudgeCalibration | None = None  # of the judge of this run; None if it was not measured


# -- Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One figure in two runs, over the questions that both scored."""

    name: str
    before: float
    after: float
    change: float  # after - before
    low: float  # 95 % paired bootstrap interval of the change
    high: float
    p: float  # two-sided, that the runs differ by chance: exact McNemar for pass or fail, else sign-flip permutation
    n: int
    better: str = "higher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs of one suite over one archive."""

    before: str  # ids of the runs
    after: str
    changed: Mapping[str, tuple[str, str]]  # setting, prompt or model -> what it was in each
    differences: tuple[Difference, ...]  # the headline first
    wins: tuple[str, ...]  # ids of questions that passed only in `after`
    losses: tuple[str, ...]  # ids of questions that passed only in `before`
    same: int
    unpaired: tuple[str, ...]  # ids of questions that one of the runs could not score
