"""The frozen records that pass between the stages of the program.

Two streams use them. Writing: file -> `Article` -> `Sentence`s -> `Passage`s -> vectors. Reading: question ->
`Retrieved` (ranked `Evidence`) -> `Answer` (`Statement`s with their `Citation`s) -> `Turn`. Only the standard library
is imported here, and no record is edited: a stage that knows more makes a new one.

Offsets are counted in characters (Python `str` indices) of the stored article text, `start` included, `end` excluded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import NamedTuple


def short_hash(text: str, length: int) -> str:
    """Return the first `length` hexadecimal digits of the SHA-256 of `text` in UTF-8: the base of every id."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:length]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as read from a file: normalised text (see `articles.text`) and what is known about it."""

    source: str  # what identifies it: the absolute path of its file, or the `url` or `id` of its row
    text: str  # normalised, never edited after this point; not empty
    title: str = ""
    outlet: str = ""  # who published it, as readers know it ("Reuters", "cnn.com"); "" when unknown
    outlet_is_host: bool = False  # the source names no outlet: it is the host of `url`
    outlet_given: bool = False  # the source names no outlet: a person gave it
    published: date | None = None  # day of publication, None when unknown
    authors: tuple[str, ...] = ()
    url: str = ""  # where it was published, "" when unknown
    updated: date | None = None  # day of the last change that the source declares, None when it declares none
    language: str = ""  # ISO 639-1 code, told from the text; "" when it cannot be told
    doubt: str = ""  # why its letters may be the wrong ones; "" for no doubt

    @property
    def id(self) -> str:
        """Ten hexadecimal digits made from `source`: the same source keeps its id in every library."""
        return short_hash(self.source, 10)

    @property
    def text_hash(self) -> str:
        """The full SHA-256 of the text, 64 hexadecimal digits: another text is another version."""
        return short_hash(self.text, 64)


class Sentence(NamedTuple):
    """One tile of an article's text; the tiles of an article, in order, join to its whole text.

    The tile ends with the white space that follows the sentence; `english.sentences.trimmed` gives the words alone.
    """

    index: int  # type: ignore[assignment]  # 0, 1, 2 … within the article; hides tuple.index, which is not needed
    start: int
    end: int  # > start


class Passage(NamedTuple):
    """Neighbouring whole sentences, embedded and searched as one; or a piece of a sentence too long to embed whole."""

    first: int  # index of its first sentence
    last: int  # index of its last sentence, included
    start: int  # characters; within [start of first, end of last]
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that an ingest left out, and why."""

    source: str  # path, or path and row
    reason: str  # one line for the user, with the remedy where there is one


# Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Limits that the user set. They are applied inside the indexes and never widened."""

    since: date | None = None  # published on this day or later
    until: date | None = None  # published on this day or earlier
    outlets: tuple[str, ...] = ()  # any of these; compared without regard to case
    authors: tuple[str, ...] = ()  # any of these; compared without regard to case


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleInfo:
    """What a citation says about the article it points into."""

    id: str
    version: int  # 1, 2, 3 … in the order in which the library saw the texts of this article
    source: str
    title: str
    outlet: str
    published: date | None
    authors: tuple[str, ...] = ()
    url: str = ""
    text_hash: str = ""  # SHA-256 of this version's text, 64 hexadecimal digits
    updated: date | None = None  # day of the last change that the source declares, None when it declares none
    language: str = ""  # ISO 639-1 code; "" when it cannot be told
    notice_kind: str = ""  # of its gravest notice: "retraction", "correction", "clarification", "letters"; "" for none
    notice: str = ""  # its words, on one line; of "letters", why they may be the wrong ones
    story: str = ""  # the same for all articles that print one story, word for word or lightly edited
    also_in: tuple[str, ...] = ()  # outlets of the others that print it, or the sentence, now; see `printed_in`


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """One version of an article as the library holds it."""

    info: ArticleInfo
    text: str
    sentences: tuple[Sentence, ...]
    current: bool  # False when a newer version exists, or the article was removed
    removed: bool = False  # by the user: it is no longer searched, and only kept for permalinks into it


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedArticle:
    """An article that a person took out of search; its text is kept for references to it."""

    article: ArticleInfo
    removed: date | None  # the day on which that was done, None when it is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleVersion:
    """One of the texts that an article had, and how it differs from the one before."""

    info: ArticleInfo
    state: str  # "pending", "searchable", "replaced" or "removed"
    taken: date | None  # the day on which the library took it in, None when that is not known
    characters: int
    sentences: int
    added: int = 0  # sentences that are new in it
    dropped: int = 0  # sentences of the version before that are not in it
    changed: int = 0  # sentences that are worded differently
    retitled: bool = False
    removed: date | None = None  # the day on which the user removed it; None when not removed, or not known


class DateMention(NamedTuple):
    """Words that name a day or a span of days, resolved against the day they were written on."""

    start: int  # characters, within the text that was read
    end: int
    first: date  # first day meant
    last: date  # last day meant, included; equal to `first` for one day
    relative: bool  # True when the meaning depends on the day of writing ("on Tuesday", "last week")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One stored sentence offered in support of an answer, or two or three that belong together."""

    ref: str  # stable reference: article id, text hash and sentence number (or "4..5"), joined by "-"
    article: ArticleInfo
    sentence: int  # index of the sentence within the article
    start: int  # of the words, without the white space around them
    end: int
    text: str  # exactly the stored text[start:end]
    score: float  # 0..1, higher is better; comparable within one question only
    dates: tuple[DateMention, ...] = ()  # dates named in `text`; offsets count from its beginning
    before: str = ""  # the sentence before it in the article, where this one points back to it ("He said …")
    speaker: str = ""  # who says most of it, in the article's words: "Ana Varga", "she (Ana Varga)"; "" for the article
    words: float = 0.0  # share of the question's terms that it holds, each by its weight, 0..1; a part of `score`
    meaning: float = 0.0  # cosine with the question, -1..1; a part of `score`; 0 where it wasn't worked out
    sentences: int = 1  # how many neighbouring sentences it spans, from `sentence` on: 1 to 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation(Evidence):
    """Evidence that a statement points to, under the number shown to the reader."""

    number: int  # the n of [n]; unique within one conversation, 1 or more

    @classmethod
    def of(cls, evidence: Evidence, number: int) -> Citation:
        """Return the same sentence under a number."""
        return cls(number=number, **{f.name: getattr(evidence, f.name) for f in fields(Evidence)})


class When(NamedTuple):
    """The days of what an entry of an overview tells."""

    first: date
    last: date  # included; equal to `first` for one day
    reported: bool  # its sentence names no day: that of its article stands for it


class Verdict(StrEnum):
    """What the check of a statement against its cited sentences found."""

    SUPPORTED = "supported"  # every check passed
    PARTLY = "partly"  # the cited sentences hold a part of it
    UNSUPPORTED = "unsupported"  # a number, date or name is missing from the cited sentences, or too little is shared
    MISQUOTED = "misquoted"  # words in quotation marks are not in a cited sentence
    UNCITED = "uncited"  # it points to no sentence that was offered


class FoundBy(StrEnum):
    """Who found the sentence that stands behind a statement."""

    MODEL = "model"  # the writer of the statement pointed to it
    PROGRAM = "program"  # the writer pointed elsewhere or nowhere, and this sentence proves the statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a language model says of a statement when asked for a second opinion. It never changes the verdict."""

    verdict: Verdict  # supported, partly or unsupported
    reason: str = ""  # in the model's words, one line; "" when it gave none


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of an answer, with the sentences it points to and the verdict of the check."""

    text: str  # without its markers
    citations: tuple[Citation, ...]
    verdict: Verdict
    problems: tuple[str, ...] = ()  # what the check found missing, in words for the reader
    unknown: tuple[int, ...] = ()  # numbers that the model wrote but that were not offered in this turn
    written: tuple[int, ...] = ()  # all numbers that its writer put behind it, offered or not
    found_by: tuple[FoundBy, ...] = ()  # who found each of `citations`, in their order
    not_proven: tuple[tuple[int, int], ...] = ()  # spans of `text` that its sources do not hold, if partly supported
    cut_off: bool = False  # the reply ended in the middle of it, before its numbers
    opinion: Opinion | None = None  # None when none was asked for, or none could be read
    when: When | None = None  # in an overview: when it happened; None elsewhere, and when nothing tells
    heading: str = ""  # in an overview in parts: the part, e.g. the speaker; "" for no part of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens of one or more model calls, as the server counted them."""

    prompt_tokens: int
    completion_tokens: int
    calls: int = 1
    uncounted: int = 0  # of the calls, those that the server did not count: their tokens are missing here


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What model calls cost by the user's table of prices."""

    amount: float  # in `currency`, 0 or more
    currency: str  # as the table names it, e.g. "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """What retrieval found for a question."""

    evidence: tuple[Evidence, ...]  # best first
    confidence: float  # 0..1, of answerability: how likely it is that these sentences hold an answer
    enough: float = 0.0  # confidence below which nothing is answered
    missing: tuple[str, ...] = ()  # words of the question that no article in reach of its filters holds
    worth: Mapping[str, float] = field(
        default_factory=dict, repr=False
    )  # of sentences that were read, by ref: log odds
    # that they answer, from that of the best one down (0 or less)
    further: tuple[Evidence, ...] = ()  # the next best: never offered, but conflicting figures are looked for in them
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)  # of the articles of both, by id
    sentences: Mapping[str, tuple[Sentence, ...]] = field(default_factory=dict, repr=False)  # of these, by id
    copies: Mapping[str, tuple[StoredArticle, ...]] = field(default_factory=dict, repr=False)  # other prints, by id


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One article's figure or day for something that articles disagree on."""

    words: str  # as the sentence has them, e.g. "23,000" or "on Saturday"
    citation: Citation
    correction: bool = False  # its article says that it corrects what was printed before


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Articles that give different figures or days for what seems to be the same thing; found by code."""

    about: str  # what is counted or dated, in words of the sentences, e.g. "vehicles"
    readings: tuple[Reading, ...]  # two or more, of different articles; the newest first, undated ones last


class DayOfStory(NamedTuple):
    """The articles about a story of one day."""

    day: date
    articles: int
    cited: int  # of them, those that the overview cites


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryFigures:
    """What an overview was made from, or what was counted."""

    kind: str  # "overview", "timeline", "latest", "sides", "comparison", "count" or "first mention"
    subject: str  # as searched; "" for whatever there is
    articles: int  # about the subject and read, each story printed more than once counted once
    copies: int  # further prints of them
    further: int  # articles about it that were not read
    unmeasured: bool = field(default=False, kw_only=True)  # there may be more of these: not all found were measured
    days: tuple[DayOfStory, ...]  # of the dated ones, in order
    more: bool  # the length asked for was reached: more entries may follow
    counted: tuple[str, ...] = ()  # of a count: what each article counted holds in a row, as it was looked for
    among: int = 0  # of a count: the articles that were looked through
    sides: tuple[tuple[str, int], ...] = ()  # of a comparison: each side, and the articles of it that were read


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A checked answer: the only thing that is ever shown."""

    question: str
    statements: tuple[Statement, ...]
    abstained: bool
    reason: str  # why nothing is answered; "" when something is
    evidence: tuple[Citation, ...]  # all that was offered, and the sentences of `disagreements`, numbered as shown
    evidence_from: date | None  # publication days that the cited articles span; None when nothing is dated
    evidence_until: date | None
    prompt_id: str
    model: str
    usage: Usage | None
    notices: tuple[str, ...] = ()
    unknown: tuple[int, ...] = ()  # all numbers that the model wrote although no such sentence was offered
    confidence: float = 0.0  # 0..1: how likely it was, before anything was written, that the evidence holds an answer
    disagreements: tuple[Disagreement, ...] = ()
    unproven: tuple[Statement, ...] = ()  # by the model, where sentences are quoted instead of them
    left_out: tuple[Verdict, ...] = ()  # of statements that are not shown because of them, in the order of the reply
    judge_id: str = ""  # prompt of the second opinion, "name@first 8 digits of the hash"; "" when none was asked for
    cost: Cost | None = None  # of `usage`; None unless asked for, and when the price of the model is not known
    story: StoryFigures | None = None  # of an overview; None for an answer to any other question

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The cited sentences, each once, in the order of their first use."""
        seen = {c.number: c for s in self.statements for c in s.citations}
        return tuple(seen.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question and its answer in a conversation."""

    question: str  # as typed
    answer: Answer
    standalone: str = ""  # the question as searched, made self-contained
