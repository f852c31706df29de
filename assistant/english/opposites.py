"""Words that say opposite things about one subject, as tables."""

from __future__ import annotations

from assistant.english.words import stem, word_set

_AXES = (  # left and right of "/" exclude each other when said of the same thing
    "rise increase grow climb gain jump surge soar up higher rally raise boost expand advance strengthen improve"
    " swell accelerate"
    " / fall decrease decline drop shrink lose slip plunge tumble down lower sink slump cut reduce weaken worsen"
    " slow slide"
    " plummet",
    "approve accept endorse favour favor adopt pass ratify welcome agree uphold authorise authorize grant"
    " / reject oppose refuse block veto dismiss overturn condemn criticise criticize disagree scrap",
    "win victory beat defeat triumph / lose loss defeated concede",
    "confirm admit acknowledge / deny refute dispute",
    "convict guilty sentence / acquit innocent clear exonerate",
    "begin start launch resume reopen / stop halt suspend cancel shut abandon",
    "allow permit legalise legalize lift / ban prohibit forbid outlaw bar impose",
    "buy purchase acquire / sell divest",
    "import / export",
    "enter join / exit depart quit withdraw",
    "survive alive rescue / die kill",
    "hire recruit appoint / fire sack dismiss lay oust resign",
    "success succeed / fail failure",
    "profit surplus / deficit loss",
    "arrest detain jail / release free",
    "majority / minority",
    "maximum / minimum",
    "north northern / south southern",
    "east eastern / west western",
    "ally / enemy",
    "oldest eldest / youngest",
    "largest biggest highest / smallest lowest",
    "encourage / discourage",
    "safe / dangerous unsafe",
    "true correct / false wrong",
    "borrow / lend",
    "evening / morning",
)
AXES: dict[str, tuple[tuple[int, int], ...]] = {}
"""Stem -> the axes it lies on, each with its side, 1 or -1."""
for _axis, _line in enumerate(_AXES):
    for _side, _words in zip((1, -1), _line.split(" / "), strict=True):
        for _word in _words.split():
            AXES[stem(_word)] = (*AXES.get(stem(_word), ()), (_axis, _side))

NEGATIONS = word_set(
    "not no never without neither nor nobody none cannot can't don't doesn't didn't won't wouldn't isn't aren't"
    " wasn't weren't"
    " hasn't haven't hadn't couldn't shouldn't hardly nothing lack lacks lacked unable denied denies deny"
    " denying refused refuses refuse refusing failed fails fail failing false falsely untrue ruled declined"
    " declines unlikely"
)
"""Folded words after which the next words are said not to be so."""

PLAIN_NEGATIONS = word_set(
    "not no never none nobody nothing without neither nor cannot can't don't doesn't didn't won't wouldn't isn't aren't"
    " wasn't weren't hasn't haven't hadn't couldn't shouldn't"
)
"""Folded words by which a statement denies something outright."""

FALSEHOODS = word_set(
    "false falsely falsehood falsehoods myth myths hoax debunk debunks debunked baseless baselessly unfounded"
    " misinformation disinformation discredited refuted"
)
"""Folded words that deny the rest of their clause: "the falsehood that the election was stolen"."""

DENYING = word_set(
    "nowhere absent absence missing miss only former formerly few little rather instead except avoid free ban banned"
    " reject rejected prevent prevented stop stopped out against cancel cancelled canceled less"
)
"""Folded words that may bear out a negation, beside `NEGATIONS` and words with one of `PREFIXES`."""

FUTURE = word_set("will shall i'll you'll he'll she'll it'll we'll they'll")
"""Folded words that tell of what is to come."""

CLAUSE_WORDS = word_set("but although though while whereas because and or however despite instead rather except")
"""Folded words at which the reach of a negation ends."""

PERHAPS = word_set(
    "may might could possibly perhaps reportedly allegedly alleged unconfirmed rumour rumoured rumor"
    " rumored considering considers consider suspected potentially"
)
"""Folded words that make of a fact a possibility."""

PLANNED = word_set(
    "proposed proposes plans planned planning expected expects likely threatened threatens accused accuses"
)
"""Folded words that make of a fact a plan, a threat or a charge."""

PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis")
"""Prefixes that turn a word into its opposite."""

SAME_SIDE = frozenset(
    stem(word) for word in word_set("imprison imprisonment income inform information invest investment import impress")
)
"""Stems that begin like a prefix and deny nothing."""
