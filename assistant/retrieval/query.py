"""A question made ready for searching."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assistant.library.lexical import LexicalIndex
from assistant.records import Filters

LONGEST_QUESTION = 20_000  # characters; more is a document, not a question
_MOST_TERMS = 64  # rarest terms of a question that are searched: enough for a long paragraph, bounded for a long paste

# Words that ask or bind and say nothing of the subject. As the index holds them: lower case, stemmed.
_STOP_WORDS = """
a about after all also am an and ani are as ask at be becaus been befor both but by can come could did do doe down dure
each for from get give go had has have he her here him his how i if in into is it its itself just know like list made
mani may me might more most much must my name no nor not now of off on onc one onli or other our out over own pleas
said same say she should show so some such tell than that the their them then there these they thing this those through
to too two under until up us veri was we were what when where which while who whom whose whi will with would you your s t
accord articl report news
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is searched for."""

    question: str
    asked_on: date
    filters: Filters  # as the person set them
    terms: Mapping[str, float]  # term of the lexical index -> weight, above 0: its rarity


def understand(question: str, asked_on: date, filters: Filters, index: LexicalIndex) -> Query:
    """The query behind a question: its terms weighted by how rare they are in the library."""
    present = dict.fromkeys(index.terms(question))
    content = [term for term in present if term not in STOP_WORDS] or list(present)
    weights = {term: rarity(index.frequency(term), index.count()) for term in content}
    rarest = sorted(weights, key=lambda term: -weights[term])[:_MOST_TERMS]
    return Query(question=question, asked_on=asked_on, filters=filters, terms={term: weights[term] for term in rarest})


def rarity(frequency: int, passages: int) -> float:
    """Inverse document frequency as in BM25 (Robertson and Spärck Jones 1976, with Lucene's +1): above 0."""
    import math

    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))
