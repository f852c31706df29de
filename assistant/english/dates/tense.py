"""Whether the clause around a date speaks of what has happened or of what is to come.

News prose is in the past tense, so the past needs no proof; what is to come announces itself by a verb ("will meet on
Friday") or a noun ("ahead of Friday's vote"). Only the clause counts, read at most `REACH` characters either way, and
a verb of the past between the cue and the date takes it back ("will resign, she said on Tuesday").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile

from assistant.english.dates.patterns import word_set

REACH = 160  # characters read before the date: longer clauses are rare, and the bound keeps reading linear
REACH_AHEAD = 80  # characters read after it: farther on, a verb speaks of something else

# NEAREST: it was to come when something was said ("would meet on Friday"), so it may have passed by now.
PAST, UNKNOWN, FUTURE, NEAREST = -1, 0, 1, 2

_TOKEN = re.compile(r"[\w’']+|[;:!?\n—“”\"]|(?<=\w{4})\.(?=\s)|(?<=\s)[–-](?=\s)")

# Marks and words that end a clause: what follows these words is another verb's business.
_BREAKS = word_set(
    '; : ! ? — – - “ ” " . after following since because but although though while that who which '
    "where when if why what"
) | {"\n"}
_FUTURE = word_set(
    "will won't won’t shall must should would could might may upcoming debuting starting airing premiering starts "
    "opens begins airs premieres arrives ends expires faces meets kicks we'll we’ll they'll they’ll he'll he’ll "
    "she'll she’ll it'll it’ll i'll i’ll you'll you’ll"
)
_REPORTED = word_set("would could planned hoped")
# To come when followed by "to" ("aims to"), or by one of `_LINKS` ("due on").
_FUTURE_TO = word_set(
    "plan plans planned planning going hope hoped hopes hoping aims intends poised expects prepares preparing is are"
)
_FUTURE_LINKED = word_set("due expected scheduled slated planned set ready")
_LINKS = word_set("to for by on in")
# To come unless the clause before them is in the past: "was closed until Friday".
_FUTURE_WEAK = word_set("until till ahead")
_PAST = word_set(
    "said says tells told reports was were had did been announced reported released tweeted wrote added confirmed "
    "declared posted made took gave went came won lost began became held saw found heard got left led met ran "
    "sent signed spoke struck fell rose died killed arrested charged filed ruled voted passed approved published "
    "issued showed called asked launched started ended opened arrived returned happened occurred hit shot "
    "according unveiled revealed"
)
_STEPS = word_set("on in late early last this by for the at")  # between a verb and its date
_DIRECT = re.compile(r"\w+ed|made|held|sent|shot|hit|won|lost|took")
_CUE_VERBS = word_set("scheduled expected slated planned delayed postponed rescheduled pushed need")
_AUXILIARY = word_set("be being")
_FINITE = word_set("is are was were")
NEAR_CUE = 6  # words: farther back than this from a verb of the past, a cue of the future belongs to another clause
FAR = 1000  # words: more than a clause can have


def tense(text: str, start: int, end: int) -> int:
    """PAST, UNKNOWN, FUTURE or NEAREST for the clause around `text[start:end]`.

    The nearest cue before the date decides; with none before it ("On Friday the court will rule"), the first after it.
    """
    before = _clause(reversed(_tokens(text, max(0, start - REACH), start)))
    if _verb_of_date(before) or before[:2] == ["of", "as"]:
        return PAST
    found, cue = _first_cue(before, -1)
    verb = _first_past_verb(before)
    if verb is not None and cue - verb > NEAR_CUE:
        return PAST
    if found == UNKNOWN and not _FUTURE_WEAK.isdisjoint(before[:3]):
        return NEAREST
    return found or _first_cue(_clause(_tokens(text, end, end + REACH_AHEAD)), 1)[0]


def _tokens(text: str, start: int, end: int) -> list[str]:
    """Words in lower case, but for the month of May, which is no verb."""
    return [word if word in {"May"} else word.lower() for word in _TOKEN.findall(text, start, end)]


def _clause(tokens: Iterable[str]) -> list[str]:
    """The tokens up to the first that ends the clause."""
    return list(takewhile(lambda token: token not in _BREAKS, tokens))


def _verb_of_date(reversed_clause: list[str]) -> bool:
    """True when the date hangs on a verb of the past: "plans to resign announced on Tuesday"."""
    rest = iter(reversed_clause)
    verb = next((word for word in rest if word not in _STEPS), "")
    helpers = {next(rest, ""), next(rest, "")}
    return bool(_DIRECT.fullmatch(verb)) and verb not in _CUE_VERBS and not _AUXILIARY & helpers


def _first_past_verb(reversed_clause: list[str]) -> int | None:
    """The place of the nearest word that looks like a verb of the past and is no "are lined", "be closed"."""
    for i, word in enumerate(reversed_clause):
        if _DIRECT.fullmatch(word) and _at(reversed_clause, i + 1) not in {"is", "are", "be"}:
            return i
    return None


def _first_cue(clause: list[str], step: int) -> tuple[int, int]:
    """The meaning and the place of the first cue; `step` is -1 when the clause is given backwards.

    Without a cue, UNKNOWN and a place far beyond the end of the clause.
    """
    for i, word in enumerate(clause):
        before, after = _at(clause, i - step), _at(clause, i + step)
        if word in _REPORTED and "not" in {before, after}:
            return PAST, i  # "could not be reached on Tuesday"
        if word in _FUTURE or _links(word, before, after) or (word == "be" and before == "to"):
            return _kind(clause, i, step), i
        if (word in _PAST and before != "be") or (step == 1 and _DIRECT.fullmatch(word)):
            return PAST, i
    return UNKNOWN, FAR


def _at(clause: list[str], i: int) -> str:
    return clause[i] if 0 <= i < len(clause) else ""


def _links(word: str, before: str, after: str) -> bool:
    """True for "plans to", "due on" and the like; not for "had planned to", nor for "due to rain"."""
    if before == "had" or (word == "due" and after == "to" and before not in _FINITE):
        return False
    if word in {"take", "takes"}:
        return after in {"place", "effect"}
    return (word in _FUTURE_TO and after == "to") or (word in _FUTURE_LINKED and after in _LINKS)


def _kind(clause: list[str], i: int, step: int) -> int:
    """What the cue `clause[i]` means: UNKNOWN for "seemed to be", NEAREST for what was still to come then."""
    before, verb = _at(clause, i - step), _at(clause, i - 2 * step)
    if clause[i] == "be" and _DIRECT.fullmatch(verb) and verb not in _FUTURE_LINKED:
        return UNKNOWN
    return NEAREST if clause[i] in _REPORTED or before in {"was", "were"} else FUTURE
