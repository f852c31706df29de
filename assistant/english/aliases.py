"""General knowledge about names, kept small: places and bodies with several names, titles and their short forms.

Only what every newsroom's style book holds; nothing about the news of one time.
"""

from __future__ import annotations

from assistant.english.words import word_set

_SAME = (  # folded words; all of a line mean the same, a demonym stands with its country
    "u.s. usa united-states america american americans",
    "uk britain british britons united-kingdom great-britain briton",
    "eu european-union e.u",
    "un united-nations u.n",
    "uae united-arab-emirates emirati",
    "france french",
    "netherlands dutch holland",
    "spain spanish spaniard spaniards",
    "poland polish poles",
    "denmark danish danes dane",
    "finland finnish finns",
    "sweden swedish swedes",
    "ireland irish",
    "greece greek greeks",
    "switzerland swiss",
    "thailand thai thais",
    "scotland scottish scots",
    "wales welsh",
    "philippines filipino filipinos philippine",
    "turkey turkish turkiye",
    "germany german germans",
    "norway norwegian norwegians",
    "china chinese",
    "japan japanese",
    "portugal portuguese",
    "taiwan taiwanese",
    "vietnam vietnamese",
    "czechia czech czechs czech-republic",
    "england english",
    "europe european europeans",
    "africa african africans",
    "asia asian asians",
    "canada canadian canadians",
    "mexico mexican mexicans",
    "iran iranian iranians",
    "iraq iraqi iraqis",
    "israel israeli israelis",
    "palestine palestinian palestinians",
    "russia russian russians",
    "ukraine ukrainian ukrainians",
    "senator senators sen sens",
    "representative rep reps",
    "governor gov",
    "general gen",
    "professor prof",
    "doctor dr",
    "lieutenant lt",
    "colonel col",
    "captain capt",
    "sergeant sgt",
    "reverend rev",
    "saint st",
    "mount mt",
    "corporation corp",
    "incorporated inc",
    "company co",
    "limited ltd",
    "department dept",
    "ceo chief-executive chief-executive-officer",
    "cfo chief-financial-officer",
    "pm prime-minister",
    "mp member-of-parliament",
    "gdp gross-domestic-product",
    "nato north-atlantic-treaty-organization",
    "new-york-city nyc",
    "los-angeles l.a",
    "washington-dc washington-d.c washington",
    "covid covid-19 coronavirus",
)
GROUP = {name: number for number, line in enumerate(_SAME) for name in line.split()}
"""Folded name, its words joined by hyphens -> number of its group; names of one group mean the same."""

COURTESY = word_set("mr mrs ms miss mx sir dame lord lady messrs mme")
"""Titles that say nothing that could be wrong but the person's sex."""

_DEMONYM_ENDINGS = frozenset(
    ["", "n", "an", "ian", "ean", "ese", "ish", "i", "is", "a", "y", "e", "o", "s", "ns", "ans", "ians", "ic", "ns"]
)


def same_root(name: str, other: str) -> bool:
    """Whether two folded names are a place and its demonym: "cuba" and "cuban", not "iran" and "iraq"."""
    shared = 0
    for a, b in zip(name, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= 4 and name[shared:] in _DEMONYM_ENDINGS and other[shared:] in _DEMONYM_ENDINGS
