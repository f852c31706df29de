"""Pages that hold no article: a paywall, a consent banner, a check for robots, an error page, an advertisement's form.

Two things must come together before anything is refused: the usual wording, and next to nothing besides it. What is
left after the sentences with such wording are taken out counts, so a short real article that ends with "Subscribe to
read more" is kept. The wordings are general; none is of one outlet.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_LONGEST = 2000  # characters; a longer text is an article, whatever its wording
_TEASER = 300  # characters beside a paywall's wording that still make no article
_PREVIEW = 3000  # characters shown for free, at most
_ENDING = 200  # characters at the end of it
_FURNITURE = 120  # the same for consent pages, checks and forms


class _Sort(NamedTuple):
    reason: str
    rest: int  # characters beside the wording that still make no article
    wording: re.Pattern[str]


def _wording(*forms: str) -> re.Pattern[str]:
    return re.compile("|".join(forms), re.IGNORECASE)


_PAYWALL = _Sort(
    "is a paywall's notice, not the article; save the page while signed in",
    _TEASER,
    _wording(
        r"\bsubscrib\w*[^.\n]{0,40}\b(?:to (?:continue|keep|read|unlock|access|view)|for (?:full|unlimited) access)",
        r"\b(?:to (?:continue|keep) reading|to read (?:the (?:full|rest)|this (?:article|story))|unlock this article)",
        r"\b(?:already (?:a |have a )?(?:subscri\w+|account|member)|subscriber[- ]only|"
        r"subscribers? only|for subscribers)\b",
        r"\b(?:(?:you have|you've) (?:reached|used|read) (?:your|all|"
        r"the)[^.\n]{0,40}(?:free )?articles?|free articles? (?:left|remaining))",
        r"\b(?:sign in|log in|register|create (?:a|"
        r"your) (?:free )?account)\b[^.\n]{0,40}\b(?:to (?:continue|read|access|keep)|for free)",
        r"\b(?:free (?:account|registration|trial)|start your (?:free )?(?:trial|subscription)|"
        r"cancel any ?time|unlimited access|early access to)\b",
        r"\b(?:nur für (?:abonnenten|mitglieder)|jetzt (?:abonnieren|weiterlesen|registrieren)|"
        r"bereits abonnent|(?:mit|im) (?:einem )?(?:\w+-)?(?:plus-)?abo)\b",
        r"\b(?:um (?:weiterzulesen|den artikel)|diesen artikel (?:weiterlesen|freischalten)|"
        r"kostenlos (?:testen|registrieren)|artikel ist kostenpflichtig)\b",
        r"(?:réservée? aux abonnés|déjà abonnée?|abonnez-vous|pour lire la suite|"
        r"il vous reste [^.\n]{0,20}% de cet article)",
        r"(?:exclusivo para suscriptores|solo para suscriptores|ya (?:eres|es) suscriptor|"
        r"suscríbe(?:te|se)|para seguir leyendo|regístrate (?:gratis )?para)",
        r"(?:riservato agli abbonati|sei già abbonato|abbonati (?:per|a)|per continuare a leggere|"
        r"exclusivo para assinantes|já é assinante|assine para)",
        r"(?:alleen voor abonnees|al abonnee|word abonnee|verder lezen\?|только для подписчиков|"
        r"оформите подписку|会員限定|有料会員|続きを読むには|订阅后(?:继续)?阅读|僅限訂戶|للمشتركين فقط)",
    ),
)
_CONSENT = _Sort(
    "is a notice about cookies, not an article; accept or refuse them, then save the page again",
    _FURNITURE,
    _wording(
        r"\bcookies?\b",
        r"\b(?:we (?:and our (?:\d+ )?partners )?value your privacy|your (?:privacy|"
        r"consent) (?:choices|preferences|settings)|consent preferences)\b",
        r"\b(?:personali[sz]ed (?:ads|advertising)|legitimate interests?|(?:accept|reject|"
        r"manage) all\b|privacy policy|store and/or access information)",
        r"(?:wir verwenden|nous utilisons|utilizamos|utilizziamo|wij gebruiken)[^.\n]{0,60}(?:technolog|identifi)",
        r"(?:datenschutz|einwilligung|zustimmen|protection des données|tout accepter|tout refuser|"
        r"consentement|aceptar (?:todo|y continuar)|consentimiento)",
        r"(?:accetta (?:tutto|e continua)|consenso|toestemming|alles accepteren|同意|クッキー|куки)",
        r"ملفات تعريف الارتباط",
    ),
)
_ROBOT = _Sort(
    "is a check for robots or an error page, not an article; open it in a browser and save it there",
    _FURNITURE,
    _wording(
        r"\b(?:are you a robot|you(?:'re| are) not a robot|"
        r"verify(?:ing)? (?:that )?you are (?:a )?human|unusual (?:activity|traffic)|captcha|"
        r"checking your browser)\b",
        r"\b(?:(?:enable|disable|turn on|requires?|support(?:s|ing)?) (?:your )?(?:javascript|"
        r"ad[- ]?block\w*)|javascript (?:is|and cookies) |ad ?blocker)\b",
        r"\b(?:just a moment|access (?:to this page )?(?:has been )?denied|"
        r"don't have permission to access|reference (?:id|#)|ray id|security service|"
        r"block reference id)\b",
        r"\b(?:(?:404|403|410|500|502|503)(?: error)?\b|(?:page|article|"
        r"story)[^.\n]{0,30} (?:not found|no longer (?:available|exists)|cannot be found|"
        r"could not be found)|not available in your (?:country|region))",
        r"\b(?:seite (?:wurde )?nicht gefunden|zugriff verweigert|page (?:introuvable|non trouvée)|"
        r"página no encontrada|pagina non trovata|pagina niet gevonden|ページが見つかりません|页面不存在)",
    ),
)
_FORM = _Sort(
    "is an advertisement's form, not an article; save the page again once it has loaded",
    _FURNITURE,
    _wording(
        r"\b(?:how relevant is this ad|ad feedback|advertisement feedback|(?:ad|video (?:player|"
        r"content)|audio on ad) (?:was |never |froze|did not |is )[^.\n]{0,60})",
    ),
)
_SORTS = (_ROBOT, _FORM, _CONSENT, _PAYWALL)
_PARTS = re.compile(r"(?<=[.!?…。！？])\s+|\n+|(?<=[。！？])")
_TITLES = _wording(
    r"^\s*just a moment\W*$",
    r"^\s*(?:access denied|attention required|are you a robot|robot check|"
    r"page not found|404\b|403\b|before you continue|security check|one more step|"
    r"pardon our interruption|subscribe to read|cookie consent)",
)


def stub_reason(text: str, title: str = "") -> str:
    """Return why a text is not an article; "" when it may be one."""
    if len(text) > _LONGEST:
        return ""
    parts = [part.strip() for part in _PARTS.split(text) if part.strip()]
    for sort in _SORTS:
        if not sort.wording.search(text):  # nearly always: the sentences need no look of their own
            continue
        rest = [part for part in parts if not sort.wording.search(part)]
        if sum(map(len, rest)) <= sort.rest:
            return sort.reason
    return _ROBOT.reason if _TITLES.search(title) and len(text) <= 2 * _TEASER else ""


def is_cut_off(text: str) -> bool:
    """Whether a text ends in a paywall's wording, as the free beginning of an article does."""
    return len(text) <= _PREVIEW and bool(_PAYWALL.wording.search(text[-_ENDING:]))
