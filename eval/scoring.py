"""Scores one answer: its metrics, and whether it passed.

An answer passes when

- the archive does not hold the answer, and the answer is an abstention; or
- it is a broad question with nuggets, nothing forbidden is shown, and the statements that the check lets stand cite a
  gold sentence of at least half of the vital ones; or
- the archive holds it, nothing that the suite forbids stands in a statement or in a cited sentence, and the statements
  that the check lets stand (supported or partly, with the sentences they cite) either hold the accepted words, or cite
  the gold. Of a question whose answer has several parts, every part must be there, or every gold sentence cited; of any
  other one gold sentence is enough. Where the suite knows only the articles, citing one counts only if it has no
  accepted words.

When only retrieval is measured, the same is asked of the first ten sentences found.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from assistant.checks.reading import CalibratedReader
from assistant.checks.verify import check_statement
from assistant.records import Answer, Evidence, Statement, Verdict
from eval.metrics import citations, nuggets, ranking, words
from eval.places import ALSO, articles_shown, items_shown
from eval.records import GoldPlace, SuiteQuestion

TOP = 10  # ranks that recall, MRR and nDCG look at
HIT_RANKS = (1, 5, 10)
_STANDING = (Verdict.SUPPORTED, Verdict.PARTLY)


# -- passing


def failure(question: SuiteQuestion, answer: Answer, gold: Sequence[GoldPlace]) -> str:
    """Return why the answer does not pass, in one line; "" if it does."""
    if question.unanswerable:
        return "" if answer.abstained else "answered, although the archive does not say"
    if answer.abstained:
        return f"refused: {answer.reason}"
    if bad := forbidden(question, answer):
        return f"holds what it must not: {bad}"
    standing = [s for s in answer.statements if s.verdict in _STANDING]
    if not standing:
        return "no statement stood the check"
    cited = list({c.number: c for s in standing for c in s.citations}.values())
    if question.nuggets:
        return _missing_facts(question, standing, gold)
    return _missing(question, _words_of(standing, cited), cited, gold)


def _missing_facts(question: SuiteQuestion, standing: Sequence[Statement], gold: Sequence[GoldPlace]) -> str:
    vital = {number for number, nugget in enumerate(question.nuggets) if nugget.vital}
    missing = vital.difference(*_entries(standing, gold))
    if 2 * len(missing) <= len(vital):
        return ""
    named = "; ".join(question.nuggets[number].text for number in sorted(missing))
    return f"{len(vital) - len(missing)} of {len(vital)} vital facts cited, without: {named}"


def _entries(statements: Sequence[Statement], places: Sequence[GoldPlace]) -> list[frozenset[int]]:
    """Return the nuggets that each statement's citations show."""
    return [frozenset().union(*items_shown(s.citations, places)) for s in statements]


def nugget_metrics(question: SuiteQuestion, answer: Answer, places: Sequence[GoldPlace]) -> dict[str, float]:
    """Measure the nuggets of one answer; see `metrics.nuggets`. An abstention has a recall of 0 and nothing else.

    A day on which something was reported is right where it happened on it or earlier.
    """
    entries = _entries(answer.statements, places)
    vital = [number for number, nugget in enumerate(question.nuggets) if nugget.vital]
    found = {
        "vital nugget recall": nuggets.nugget_recall(entries, vital),
        "nugget recall": nuggets.nugget_recall(entries, range(len(question.nuggets))),
    }
    if answer.abstained:
        return found
    stated = [(s.when.first, s.when.last) if s.when else None for s in answer.statements]
    held = [(date.min if s.when.reported else s.when.first, s.when.last) if s.when else None for s in answer.statements]
    kind = answer.story.kind if answer.story else ""
    right = nuggets.days_right(held, [_days(question, entry) for entry in entries])
    ordered = nuggets.days_in_order(stated, newest_first=kind == "latest") if kind in {"timeline", "latest"} else None
    found |= {"entry precision": nuggets.entry_precision(entries), "no repeat": nuggets.no_repeat(entries)}
    optional = {"days right": right, "days in order": ordered}
    return found | {name: value for name, value in optional.items() if value is not None}


def _days(question: SuiteQuestion, entry: Collection[int]) -> tuple[date, date] | None:
    """Return the days of the nuggets that an entry shows, from the first to the last; None where none has any."""
    shown = [question.nuggets[number] for number in entry]
    firsts, lasts = [n.first for n in shown if n.first], [n.last for n in shown if n.last]
    return (min(firsts), max(lasts)) if firsts and lasts else None


def retrieval_failure(question: SuiteQuestion, found: Sequence[Evidence], gold: Sequence[GoldPlace]) -> str:
    """Return why the first ten sentences found do not hold the answer; "" if they do."""
    first = found[:TOP]
    return _missing(question, "\n".join(e.text for e in first), first, gold)


def _missing(question: SuiteQuestion, text: str, cited: Sequence[Evidence], gold: Sequence[GoldPlace]) -> str:
    share = words.parts_found(text, question.answers) if question.answers else 0.0
    counted = [place for place in needed(gold) if place.sentences or not question.answers]
    items = {place.item for place in counted}
    shown = {item for items in items_shown(cited, counted) for item in items}
    enough = shown >= items if len(question.answers) > 1 else bool(shown)
    if share == 1 or (items and enough):
        return ""
    wanted = [part[0] for part in question.answers if not any(words.contains(text, w) for w in part)]
    faults = [f"without “{'”, “'.join(wanted)}”"] if wanted else []
    faults += [f"{len(shown)} of {len(items)} gold sentences cited"] if items else []
    return ", ".join(faults)


def forbidden(question: SuiteQuestion, answer: Answer) -> str:
    """Return the first forbidden text in the answer, "" for none."""
    text = _plain(_words_of(answer.statements, answer.citations))
    return next((bad for bad in question.must_not if _plain(bad) in text), "")


def _words_of(statements: Sequence[Statement], cited: Sequence[Evidence]) -> str:
    return "\n".join([*(s.text for s in statements), *(c.text for c in cited)])


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


# -- metrics


def retrieval_metrics(found: Sequence[Evidence], gold: Sequence[GoldPlace]) -> dict[str, float]:
    """Measure the ranking of the gold articles and, where the suite knows them, of the gold sentences."""
    metrics: dict[str, float] = {}
    if wanted := needed(gold):
        by_article = _one_item_an_article(wanted)
        metrics |= _ranked("article", articles_shown(found, by_article), by_article)
    if sentences := [place for place in wanted if place.sentences]:
        metrics |= _ranked("sentence", items_shown(found, sentences), sentences)
    return metrics


def _one_item_an_article(gold: Sequence[GoldPlace]) -> list[GoldPlace]:
    """Return the places with one item per article (or set of alternatives) instead of one per sentence."""
    articles = {item: frozenset(p.article for p in gold if p.item == item) for item in {p.item for p in gold}}
    numbers = {names: number for number, names in enumerate(dict.fromkeys(articles[p.item] for p in gold))}
    return [replace(p, item=numbers[articles[p.item]]) for p in gold]


def _ranked(kind: str, ranks: ranking.Ranks, gold: Sequence[GoldPlace]) -> dict[str, float]:
    grades = {place.item: place.grade for place in sorted(gold, key=lambda p: p.grade)}
    return {
        **{f"{kind} hit@{k}": ranking.hit(ranks, k) for k in HIT_RANKS},
        f"{kind} recall@{TOP}": ranking.recall(ranks, len(grades), TOP),
        f"{kind} mrr@{TOP}": ranking.reciprocal_rank(ranks, TOP),
        f"{kind} ndcg@{TOP}": ranking.ndcg(ranks, grades, TOP),
    }


def answer_metrics(
    question: SuiteQuestion,
    answer: Answer,
    gold: Sequence[GoldPlace],
    asked_on: date,
    reading: CalibratedReader | None = None,
) -> dict[str, float]:
    """Measure words, citations and abstention of one answer. An abstention scores 0, not missing."""
    metrics = {"abstained": float(answer.abstained)}
    if question.unanswerable:
        return metrics
    text = " ".join(s.text for s in answer.statements)
    if question.answers:
        whole = words.whole_wordings(text, question.answers)
        metrics["contains"] = words.parts_found(text, question.answers)
        metrics["exact match"] = words.exact_match(text, whole)
        metrics["token f1"] = words.token_f1(text, whole)
    metrics |= _draft_metrics(question, answer)
    if not answer.abstained:
        metrics |= _citation_metrics(question, answer, asked_on, reading)
    if sentences := [place for place in needed(gold) if place.sentences]:
        shown = items_shown(answer.citations, sentences)
        metrics["gold citation recall"] = citations.gold_recall(shown, len({p.item for p in sentences}))
        if not answer.abstained:
            metrics["gold citation precision"] = citations.gold_precision(items_shown(answer.citations, gold))
    return metrics


def _draft_metrics(question: SuiteQuestion, answer: Answer) -> dict[str, float]:
    """Measure whether the accepted answer is shown and supported, where a model's reply holds it."""
    drafted = answer.unproven or answer.statements
    if not (answer.model and question.answers and _holds_answer(question, drafted)):
        return {}
    own = () if answer.unproven else answer.statements
    supported = [s for s in own if s.verdict is Verdict.SUPPORTED]
    return {
        "right answer proven": float(_holds_answer(question, supported)),
        "right answer shown": float(_holds_answer(question, [s for s in own if s.verdict in _STANDING])),
    }


def _holds_answer(question: SuiteQuestion, statements: Sequence[Statement]) -> bool:
    return words.parts_found(" ".join(s.text for s in statements), question.answers) == 1


def needed(gold: Sequence[GoldPlace]) -> list[GoldPlace]:
    """Return the places of the gold sentences that a whole answer needs."""
    return [place for place in gold if place.item != ALSO]


def _citation_metrics(
    question: SuiteQuestion, answer: Answer, asked_on: date, reading: CalibratedReader | None
) -> dict[str, float]:
    offered = {c.number: c for c in answer.evidence}

    def entails(text: str, numbers: Sequence[int]) -> bool:
        asked = question.question
        checked = check_statement(text, numbers, offered, question=asked, asked_on=asked_on, reading=reading)
        return checked.verdict is Verdict.SUPPORTED

    counts = citations.count_citations(answer.statements, entails)
    return {"citation recall": counts.recall, "citation precision": counts.precision}
