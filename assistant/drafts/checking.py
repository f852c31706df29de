"""The stream of a check: a draft's text -> sentences -> claims -> evidence for each -> proof -> a report.

A sentence is searched once, whatever the number of its claims: they are of one thing. The whole of it is proven first;
where that succeeds, each of its claims is proven by the same sentences. A language model may cut sentences further, and
say other words to search for (`model_claims`); it has no part in a verdict.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from assistant import __version__
from assistant.articles.language import language_of
from assistant.articles.text import normalise
from assistant.checks.dates import dates_of
from assistant.checks.proof import Proof, prove
from assistant.checks.quotes import same_words
from assistant.checks.reading import CalibratedReader
from assistant.drafts.check_report import CheckedSentence, CheckReport, DraftVerdict, SentenceKind
from assistant.drafts.claims import DraftSentence, sentences_of_draft
from assistant.drafts.model_claims import ClaimWriter, Prepared
from assistant.drafts.quoted import QuotationFinder, with_quotations
from assistant.drafts.verdicts import Bench
from assistant.english.words import LONGEST, clipped, tokens
from assistant.errors import UsageError
from assistant.json_form import from_json, json_text
from assistant.library.library import Library
from assistant.llm.cancel import Cancel
from assistant.places import full_name
from assistant.reader.protocol import Reader, Support
from assistant.records import Citation, Evidence, Filters, Retrieved, Verdict, short_hash
from assistant.retrieval.retriever import Retriever, with_sentences_before
from assistant.wording import day

_Pair = tuple[str, Sequence[Evidence]]


class RememberingReader:
    """Another reader whose readings of statements are remembered as long as this lives."""

    def __init__(self, reader: Reader) -> None:
        """Nothing was read yet."""
        self._reader = reader
        self._known: dict[tuple[str, tuple[str, ...]], Support] = {}

    @property
    def name(self) -> str:
        """That of the other reader."""
        return self._reader.name

    def support(self, pairs: Sequence[_Pair]) -> list[Support]:
        """Read statements; see `Reader`."""
        new = {key: pair for pair in pairs if (key := _key(pair)) not in self._known}
        if new:
            self._known.update(zip(new, self._reader.support(list(new.values())), strict=True))
        return [self._known[_key(pair)] for pair in pairs]

    def answers(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        """Read sentences as answers; see `Reader`."""
        return self._reader.answers(pairs)

    def rerank(self, pairs: Sequence[tuple[str, Evidence]]) -> list[float]:
        """Read sentences beside each other; see `Reader`."""
        return self._reader.rerank(pairs)


def _key(pair: _Pair) -> tuple[str, tuple[str, ...]]:
    return pair[0], tuple(sentence.ref for sentence in pair[1])


class FinishedSentences:
    """The sentences of one draft that are finished."""

    def __init__(self, file: Path) -> None:
        """`file` need not exist."""
        self._file = file

    def load(self) -> list[CheckedSentence]:
        """Return those of a check that was stopped; a line that was cut off ends them."""
        if not self._file.is_file():
            return []
        found: list[CheckedSentence] = []
        for line in self._file.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                found.append(from_json(CheckedSentence, json.loads(line)))
            except ValueError:
                break
        self._write("".join(json_text(sentence) + "\n" for sentence in found), "w")
        return found

    def begin(self) -> None:
        """Forget what is there."""
        with suppress(OSError):  # what can't be removed can't be written either, which is said then
            self._file.unlink()

    def keep(self, sentence: CheckedSentence) -> None:
        """Write down one more. Raises `UsageError` when that can't be done."""
        self._write(json_text(sentence) + "\n", "a")

    def _write(self, text: str, mode: str) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open(mode, encoding="utf-8") as out:
                out.write(text)
        except OSError as error:
            raise UsageError(
                f"{self._file} cannot be written ({error.strerror or error}). Set ASSISTANT_CACHE to another folder."
            ) from error


LONGEST_DRAFT = 200_000  # characters: a book of some 33,000 words; a check of it takes minutes
_FOUND = 60  # sentences found for a sentence of the draft; of these are compared with it
_BEST = 8  # the best by rank,
_OTHERS = 8  # and of the rest those that hold most of its rare words,
_IN_OTHER_WORDS = 6  # and the best of those that a model's words find
_LONG_BEFORE = timedelta(days=366)  # by which the day of a draft is moved, to see what depends on it
_TOGETHER = 12  # sentences that are embedded, and whose likeliest proofs are read, at once
_MARKS = str.maketrans(dict.fromkeys('"“”«»„', " "))  # a quotation is compared by itself; searched are its words

OnChecked = Callable[[int, int], None]  # sentences checked so far, and in all


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftText:
    """A draft as it was read."""

    text: str
    title: str = ""
    dated: date | None = None  # its own day, None when it names none
    notices: tuple[str, ...] = ()  # what a reader of the report should know of how it was read


class _Search(NamedTuple):
    """Where and how the archive is searched for every sentence."""

    retriever: Retriever
    dated: date
    filters: Filters
    reading: CalibratedReader | None
    writer: ClaimWriter | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """How a draft is checked."""

    dated: date | None = None  # the day from which its relative days count; None for its own, or today
    filters: Filters = field(default_factory=Filters)
    go_on: bool = False  # take up what an earlier check of the same draft had finished
    with_model: bool = False  # the language model of the settings may cut sentences into claims, and help to search


AS_IT_IS = CheckOptions()  # the whole archive, the draft's own day


def unwatched(_done: int, _all: int) -> None:
    """Do nothing: for callers that do not watch."""


def check_draft(
    draft: DraftText | str,
    library: Library,
    options: CheckOptions = AS_IT_IS,
    on_checked: OnChecked = unwatched,
    *,
    kept: Path | None = None,
    reading: CalibratedReader | None = None,
    writer: ClaimWriter | None = None,
) -> CheckReport:
    """Return the draft with a verdict on each of its claims.

    Finished sentences are kept in the folder `kept` until the end, if one is given; `reading` reads statements beside
    their sentences; `writer` asks a model to cut them. Raises `UsageError` for a text that is empty, too long or not in
    English, and `LibraryMissing` when there are no articles.
    """
    draft = DraftText(text=draft) if isinstance(draft, str) else draft
    dated = options.dated or draft.dated or date.today()
    once = replace(reading, reader=RememberingReader(reading.reader)) if reading else None
    search = _Search(Retriever(library), dated, options.filters, once, writer)
    text = checkable(draft.text)
    sentences = sentences_of_draft(text)
    finished = _finished(text, library, search, kept)
    checked = finished.load() if finished and options.go_on else []
    if finished and not checked:
        finished.begin()
    for sentence in _all_checked(text, sentences[len(checked) :], search):
        checked.append(sentence)
        if finished:
            finished.keep(sentence)
        on_checked(len(checked), len(sentences))
    if finished:
        finished.begin()
    counts = Counter(claim.verdict.value for sentence in checked for claim in sentence.claims)
    return CheckReport(
        title=draft.title,
        text=text,
        dated=search.dated,
        filters=search.filters,
        articles=library.status().articles,
        sentences=tuple(checked),
        notices=(*draft.notices, *_undated(sentences, options.dated or draft.dated, dated), *_written(writer)),
        counts={verdict.value: counts[verdict.value] for verdict in DraftVerdict},
    )


def _undated(sentences: Sequence[DraftSentence], told: date | None, taken: date) -> Iterator[str]:
    """Yield a notice where no day of the draft is told and one in it depends on that: "on Friday", "4 March"."""
    if told is not None:
        return
    for claim in (claim.read_as for sentence in sentences for claim in sentence.claims):
        for here, before in zip(dates_of(claim, taken), dates_of(claim, taken - _LONG_BEFORE), strict=False):
            if (here.first, here.last) != (before.first, before.last):
                words = f"“{clipped(claim[here.start : here.end])}” is read as {day(here.last)}"
                yield f"No day of the draft is known, so it is read as of today: {words}. Name its day: --dated DAY."
                return


def _written(writer: ClaimWriter | None) -> tuple[str, ...]:
    return writer.notices() if writer else ()


def _finished(text: str, library: Library, search: _Search, kept: Path | None) -> FinishedSentences | None:
    """Return where the finished sentences of this draft are kept, by all that decides its verdicts."""
    if kept is None:
        return None
    reader = search.reading.reader.name if search.reading else ""
    place = (full_name(library.place), library.catalog.revision(), __version__)
    by = (reader, search.writer.id if search.writer else "")
    return FinishedSentences(kept / f"{short_hash(repr((text, search.dated, search.filters, place, by)), 16)}.jsonl")


def checkable(text: str) -> str:
    """Return a draft's text, normalised as articles are. Raises `UsageError` for what can't be checked."""
    text = normalise(text)
    if not any(char.isalnum() for char in text):
        raise UsageError("The draft is empty: there is no word in it.")
    if len(text) > LONGEST_DRAFT:
        raise UsageError(
            f"The draft has {len(text):,} characters; at most {LONGEST_DRAFT:,} are checked at once. Split it."
        )
    language = language_of(text)
    if language not in ("", "en"):
        raise UsageError(
            f"The draft seems to be in another language than English ({language}). Its claims are read by rules for "
            "English, so every verdict would be a guess. Single sentences can be looked for: assistant search SENTENCE"
        )
    return text


def _all_checked(text: str, sentences: Sequence[DraftSentence], search: _Search) -> Iterator[CheckedSentence]:
    """Yield the sentences of a draft in order, each checked when it is asked for."""
    quotations = QuotationFinder(text, search.retriever, dated=search.dated, filters=search.filters)
    found = _all_found([s for s in sentences if s.kind is SentenceKind.CLAIM], search)
    for sentence in sentences:
        if sentence.kind is SentenceKind.CLAIM:
            yield _checked(next(found), quotations)
        else:
            yield CheckedSentence(start=sentence.start, end=sentence.end, kind=sentence.kind)


class _Found(NamedTuple):
    """What the archive has for a sentence of the draft."""

    sentence: DraftSentence
    bench: Bench
    texts: Mapping[str, str]  # of their articles, by id


def _all_found(sentences: Sequence[DraftSentence], search: _Search) -> Iterator[_Found]:
    """Yield what the archive has for each sentence; while some are judged, the next ones are searched for."""
    groups = [sentences[at : at + _TOGETHER] for at in range(0, len(sentences), _TOGETHER)]
    stop = Cancel()
    with ThreadPoolExecutor(1, thread_name_prefix="search") as searching:
        try:
            waiting = [searching.submit(_found_for, group, search, stop) for group in groups[:1]]
            for at in range(len(groups)):
                waiting += [searching.submit(_found_for, group, search, stop) for group in groups[at + 1 : at + 2]]
                yield from waiting.pop(0).result()
        finally:
            stop.set()  # whoever leaves early need not wait for a model


def _found_for(sentences: Sequence[DraftSentence], search: _Search, stop: Cancel) -> list[_Found]:
    """Return what the archive has for each sentence, with what a reader is sure to be asked about already read."""
    prepared = [Prepared(sentence) for sentence in sentences]
    if search.writer is not None:
        with stop.active():
            prepared = search.writer.prepared(sentences)
    retrieved = _retrieved([one.sentence.read_as for one in prepared], search)
    asked = [n for n, one in enumerate(prepared) if one.other_words]
    others = dict(zip(asked, _retrieved([prepared[n].other_words for n in asked], search), strict=True))
    found = [_found(one.sentence, retrieved[n], others.get(n), search) for n, one in enumerate(prepared)]
    if search.reading is not None:
        claims = ((claim.read_as, one.bench) for one in found for claim in one.sentence.claims)
        search.reading.reader.support([pair for text, bench in claims for pair in bench.worth_reading(text)])
    return found


def _retrieved(texts: Sequence[str], search: _Search) -> list[Retrieved]:
    words = [text[:LONGEST].translate(_MARKS) for text in texts]
    if not words:
        return []
    return list(
        search.retriever.retrieve_statements(words, limit=_FOUND, asked_on=search.dated, filters=search.filters)
    )


def _found(sentence: DraftSentence, own: Retrieved, other: Retrieved | None, search: _Search) -> _Found:
    """Return what is compared with a sentence: the best by rank, the best by its rare words, those in other words.

    Ranking spreads sentences over stories; what contradicts a claim is often a second sentence of one story. How likely
    the archive holds the sentence is told by its own words alone.
    """
    by_words = sorted(own.evidence[_BEST:], key=lambda evidence: -evidence.words)
    chosen = {evidence.ref: evidence for evidence in (*own.evidence[:_BEST], *by_words[:_OTHERS])}
    if other is not None:
        chosen |= {e.ref: e for e in other.evidence[:_IN_OTHER_WORDS] if e.ref not in chosen}
    texts = {**(other.texts if other else {}), **own.texts}
    offered = with_sentences_before(replace(own, evidence=tuple(chosen.values()), texts=texts))
    numbered = {n: Citation.of(evidence, n) for n, evidence in enumerate(offered, start=1)}
    return _Found(sentence, Bench(numbered, search.dated, search.reading, own.confidence), texts)


def _checked(found: _Found, finder: QuotationFinder) -> CheckedSentence:
    sentence = found.sentence
    proven = _proof_of_all(sentence, found)
    claims = tuple(found.bench.verdict_on(claim, proven) for claim in sentence.claims)
    if quotations := finder.compared(sentence, found.bench.offered, found.texts):
        claims = tuple(with_quotations(claim, quotations) for claim in claims)
    return CheckedSentence(start=sentence.start, end=sentence.end, kind=sentence.kind, claims=claims)


def _proof_of_all(sentence: DraftSentence, found: _Found) -> Proof | None:
    """Return what proves a sentence as a whole, and with it each of its claims; None when nothing does."""
    for number, citation in found.bench.offered.items():
        if same_words(sentence.text, citation.text) and _is_meant(sentence, found.texts[citation.article.id]):
            return prove(citation.text, (number,), {number: citation})
    if len(sentence.claims) == 1:
        return None
    whole = found.bench.proof_of(sentence.read_as)
    return whole if whole.checked.verdict is Verdict.SUPPORTED else None


def _is_meant(sentence: DraftSentence, article_text: str) -> bool:
    """Whether an article that has a sentence word for word may mean the same by its pronouns."""
    said = {token.folded for token in tokens(sentence.text)}
    added = [token for token in tokens(sentence.read_as) if token.capital and token.folded not in said]
    return all(token.text in article_text for token in added[-1:])
