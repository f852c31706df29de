"""Words of reported speech: the verbs in their forms, the words between a subject and its verb, titles, pronouns."""

from __future__ import annotations


def words_of(text: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(text.split())


_REGULAR = (  # those that add -s, -ed, -ing, with the last letter doubled or dropped as `_forms` says
    "add ask tweet post announce warn claim argue insist report state declare explain note recall acknowledge admit"
    " stress promise vow predict suggest comment reply respond reveal testify allege call describe believe estimate"
    " reiterate emphasize emphasise contend maintain agree demand joke quip confirm deny urge accuse assert concede"
    " conclude confess continue counter cry exclaim express observe offer opine pledge point remark repeat shout"
    " signal speculate tease thank hint complain caution charge criticize criticise denounce dismiss hail label mock"
    " praise question refer reference request tout attack blast indicate mention propose recount relate rule"
    " brag boast lament muse wonder whisper yell sing chant scream retort interject answer guess hope fear worry"
    " object advise inform remind assure convey proclaim"
)
_IRREGULAR = (
    "say says said saying tell tells told telling write writes wrote written writing speak speaks spoke speaking"
    " think thinks thought thinking know knows knew feel feels felt feeling find finds found learn learns learned"
    " swear swears swore swearing read reads put puts begin begins began quote quotes quoted quoting"
    " hear heard understand understood sing sings sang singing"
)
_DOUBLED = frozenset({"quip", "brag", "chat"})
_ING_ONLY = words_of("saying telling writing speaking thinking feeling swearing quoting singing")


def _forms(verb: str) -> tuple[str, str, str]:
    if verb.endswith("e"):
        return f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in "aeo":
        return f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    if verb in _DOUBLED:
        return f"{verb}s", f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing"
    return verb + ("es" if verb.endswith(("s", "sh", "ch")) else "s"), f"{verb}ed", f"{verb}ing"


_ALL = {verb: _forms(verb) for verb in _REGULAR.split()}

PARTICIPLES = frozenset(forms[2] for forms in _ALL.values()) | _ING_ONLY
"""Forms that may stand without a subject of their own: "…, adding that"."""

SPEECH = frozenset(_ALL) | {form for forms in _ALL.values() for form in forms} | frozenset(_IRREGULAR.split())
"""Every form of every verb of speech, in lower case."""

INVERTED = (
    words_of("say says said")
    | {
        form
        for verb in words_of(
            "add ask note explain reply declare recall announce warn insist claim argue joke continue shout"
        )
        for form in _ALL[verb][:2]
    }
    | {"wrote", "writes", "tweeted", "told"}
)
"""Forms that may stand before their subject: "…, said Varga"."""

BEFORE_VERB = words_of(
    "has had have having also later then would will was were is are did does do not never again further once still"
    " now just even first who both all each himself herself themselves itself went on to could can may might must"
    " should shall been being n’t first previously recently earlier once today yesterday tonight"
)
"""Words that stand between a subject and its verb."""

TITLES = words_of(
    "president vice prime minister secretary spokesman spokeswoman spokesperson mayor governor senator congressman"
    " congresswoman chairman chairwoman chair chief executive director manager adviser advisor attorney general judge"
    " justice professor analyst economist author host candidate nominee leader captain coach officer detective sergeant"
    " lieutenant colonel commissioner counsel lawyer prosecutor reporter editor correspondent columnist strategist"
    " pollster founder owner head deputy assistant former press campaign senior national state police foreign"
    " democratic republican presidential defense finance interior house white running mate star actor actress singer"
    " writer scientist researcher doctor dr expert historian activist organizer organiser billionaire businessman"
    " businesswoman ceo queen king pope bishop rabbi imam rival"
)
"""Words that stand before a name and belong to it."""

PRONOUNS = words_of("he she they it we i you")

NO_SUBJECTS = words_of(
    "that which as when while if because since although though but or than so to by about after before during until"
    " what where how why there here yes no and like on upon into over under between against without within through"
    " being been be"
)
"""Words that never end a subject."""
