"""The check of drafts, measured: minimal pairs and WiCE as claims, quotations, and a copied article.

    python -m research.experiments.draft_claims LIBRARY [pairs|wice|quotations|copy …]

LIBRARY is a library of the news2022 articles, such as `assistant eval run news2022` keeps in the user's cache folder.

pairs       each statement is a draft of its article's day, against the whole library; a false one counts as
            contradicted with the right sentence when what differs is in a sentence that the pair was written on
wice        each claim against its own page as the whole archive, its verdict as one of three labels
quotations  60 quotations of the library's articles, 20 altered by a word, 10 given to another speaker
copy        articles of the library as drafts: the share of their claims that are supported

The example drafts are measured by `assistant eval run drafts`.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.app import Assistant
from assistant.checks.quotes import find_quotations
from assistant.drafts.check_report import CheckedClaim, CheckReport, DraftVerdict, QuotationVerdict, SentenceKind
from assistant.drafts.checking import CheckOptions
from assistant.drafts.claims import DraftClaim
from assistant.drafts.verdicts import Bench
from assistant.english.names import is_name
from assistant.english.speakers import find_speakers
from assistant.english.words import tokens
from assistant.records import StoredArticle
from research.datasets import minimal_pairs, wice
from research.datasets.minimal_pairs import MinimalPair
from research.experiments.claims import say
from research.experiments.wice_claims import macro_f1, sources_of_page

_SEED = 7
_LONG_ENOUGH = 8  # words of a quotation
_LABELS = {DraftVerdict.SUPPORTED: 2, DraftVerdict.UNATTRIBUTED: 2, DraftVerdict.OUTDATED: 2, DraftVerdict.PARTLY: 1}


def main(arguments: Sequence[str]) -> None:
    """Print the figures of the parts named, all without a name."""
    library, *named = arguments
    parts = {"pairs": pairs, "wice": wice_pages, "quotations": quotations, "copy": copies}
    with Assistant.open(library, create=False) as assistant:
        for name in named or parts:
            began = time.monotonic()
            parts[name](assistant)
            say(f"{name}: {time.monotonic() - began:.0f} s\n")


# -- minimal pairs


def pairs(assistant: Assistant) -> None:
    """Print the verdicts by label, and by kind for those that are wrong."""
    urls = " ".join(info.url for info in assistant.articles())
    verdicts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    kinds: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for pair in minimal_pairs.pairs():
        if pair.source not in urls:
            continue
        verdict = _verdict_of_pair(assistant, pair)
        verdicts[pair.label][verdict] += 1
        kinds[pair.label, pair.kind][verdict] += 1
    for label, counts in verdicts.items():
        say(f"{label}: {_shares(counts)}")
    for (label, kind), counts in sorted(kinds.items()):
        if label != "partly":
            say(f"  {label:14} {kind:16} {_shares(counts)}")


def _verdict_of_pair(assistant: Assistant, pair: MinimalPair) -> str:
    """Return the verdict on the statement; that on the worst of its claims where it was cut into several."""
    claims = assistant.check(pair.statement, CheckOptions(dated=pair.published)).claims
    if not claims:
        return "no claim"
    order = list(DraftVerdict)
    worst = min(claims, key=lambda claim: order.index(claim.verdict))
    if worst.verdict is DraftVerdict.CONTRADICTED and not _is_right(worst, pair):
        return "contradicted elsewhere"
    return worst.verdict.value


def _is_right(claim: CheckedClaim, pair: MinimalPair) -> bool:
    gold = [" ".join(text.split()) for text in pair.sentences]
    shown = [" ".join(d.evidence.text.split()) for d in claim.differing]
    return any(a in b or b in a for a in shown for b in gold)


def _shares(counts: Counter[str]) -> str:
    whole = counts.total()
    return f"{whole:4}  " + "  ".join(f"{name} {count / whole:.2f}" for name, count in counts.most_common())


# -- WiCE


def wice_pages(assistant: Assistant) -> None:
    """Print the macro F1 of three labels, each claim against all the sentences of its page."""
    rows = wice.claims()
    found = []
    for row in rows:
        cited = sources_of_page(row)
        offered = {citation.number: citation for citation in cited}
        claim = DraftClaim(text=row.text, start=0, end=len(row.text), read_as=row.text)
        bench = Bench(offered, cited[0].article.published or date.today(), assistant.reading)
        verdict = bench.verdict_on(claim).verdict
        found.append(_LABELS.get(verdict, 0))
    labels = [wice.LABELS.index(row.label) for row in rows]
    say(f"wice: macro F1 {macro_f1(labels, found):.3f}  {sorted(Counter(zip(labels, found, strict=True)).items())}")


# -- quotations


@dataclass(frozen=True, slots=True)
class _Quote:
    words: str
    speaker: str
    article: StoredArticle


def quotations(assistant: Assistant) -> None:
    """Print the share of quotations with the right verdict, by what was done to them."""
    rng = random.Random(_SEED)  # noqa: S311  # no secret
    own = _quotes(assistant, rng)
    names = [quote.speaker for quote in own]
    asked = [
        *((_said(q.words, q.speaker), QuotationVerdict.FOUND, q) for q in own[:60]),
        *((_said(_altered(q.words, rng), q.speaker), QuotationVerdict.ALTERED, q) for q in own[:20]),
        *((_said(q.words, _other(q.speaker, names)), QuotationVerdict.OTHER_SPEAKER, q) for q in own[20:30]),
    ]
    right: Counter[str] = Counter()
    for text, wanted, quote in asked:
        report = assistant.check(text, CheckOptions(dated=quote.article.info.published))
        got = {q.verdict for claim in report.claims for q in claim.quotations}
        is_right = wanted in got if wanted is QuotationVerdict.ALTERED else got == {wanted}
        right[wanted.value] += is_right
        if not is_right:
            say(f"  wanted {wanted}, got {[str(v) for v in got]}: {text[:160]}")
    say(f"quotations: {right.total()} of {len(asked)} right  {dict(right)}")


def _said(words: str, speaker: str) -> str:
    """Return a quotation with its speaker as it is printed: a comma in the place of its full stop."""
    return f"“{words.rstrip('.,')},” {speaker} said."


def _quotes(assistant: Assistant, rng: random.Random) -> list[_Quote]:
    """Return quotations of whole sentences with a named speaker, one an article, in a fixed random order."""
    infos = sorted(assistant.articles(), key=lambda info: info.source)
    rng.shuffle(infos)
    found = []
    for info in infos:
        article = assistant.article(info.id)
        for said in find_speakers(article.text):
            speaker = article.text[said.speaker_start : said.speaker_end]
            words = article.text[said.start : said.end].strip('“”"')
            if said.quoted and is_name(speaker) and len(speaker.split()) > 1 and _is_plain(words):
                found.append(_Quote(words, speaker, article))
                break
        if len(found) == 60:
            break
    return found


def _is_plain(words: str) -> bool:
    inner = any(token.content for token in tokens(words)[2:-2])  # a word that can be altered
    return inner and len(words.split()) >= _LONG_ENOUGH and not find_quotations(words) and "\n" not in words


def _altered(words: str, rng: random.Random) -> str:
    """Return the quotation with one word of its middle left out or replaced: without its ends it is only shorter."""
    content = [token for token in tokens(words)[2:-2] if token.content]
    chosen = rng.choice(content)
    put = "never" if rng.random() < 0.5 else ""
    return " ".join(f"{words[: chosen.start]}{put}{words[chosen.end :]}".split())


def _other(speaker: str, names: Sequence[str]) -> str:
    own = set(speaker.casefold().split())
    return next(name for name in names if not own & set(name.casefold().split()))


# -- copies


def copies(assistant: Assistant) -> None:
    """Print the share of claims of twelve articles of the library that are supported, and the time of 3,000 words."""
    rng = random.Random(_SEED)  # noqa: S311  # no secret
    infos = sorted(assistant.articles(), key=lambda info: info.source)
    rng.shuffle(infos)
    counts: Counter[str] = Counter()
    words, seconds = 0, 0.0
    for article in _english(assistant, infos[:40]):
        began = time.monotonic()
        report = assistant.check(article.text, CheckOptions(dated=article.info.published))
        seconds += time.monotonic() - began
        words += len(article.text.split())
        counts.update(_problems(report))
        if words > 12_000:
            break
    say(f"copy: {_shares(counts)}; {seconds:.0f} s for {words:,} words, {seconds / words * 3000:.0f} s for 3,000")


def _english(assistant: Assistant, infos: Sequence[object]) -> Iterator[StoredArticle]:
    for info in infos:
        article = assistant.article(info.id)  # type: ignore[attr-defined]  # an ArticleInfo
        if article.info.language in ("", "en"):
            yield article


def _problems(report: CheckReport) -> Iterator[str]:
    for sentence in report.sentences:
        if sentence.kind is SentenceKind.CLAIM:
            verdicts = {claim.verdict for claim in sentence.claims}
            good = verdicts == {DraftVerdict.SUPPORTED}
            yield "supported" if good else str(min(verdicts, key=list(DraftVerdict).index))
            if not good:
                say(f"  {', '.join(verdicts)}: {report.text[sentence.start : sentence.end][:140]}")


if __name__ == "__main__":
    main([str(Path(sys.argv[1]).expanduser()), *sys.argv[2:]])
