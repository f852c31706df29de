"""The host of a web address, and its words: often the headline, and all that is left of one without a title."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from assistant.english.word_lists import word_set

_WORD = re.compile(r"[^\W\d_]{2,}|(?<!\d)(?:19|20)\d\d(?!\d)")
_PAGE = re.compile(r"\.\w{2,5}$")
_PLUMBING = word_set("index html htm php aspx amp www com org net news article articles story stories")
_LONGEST = 300  # characters of an address that are read


def slug_words(address: str) -> str:
    """Return the words of the last parts of an address's path, without numbers but years: "ford recall 2022".

    "" for what is no web address, or has no path.
    """
    if not address.startswith(("http://", "https://")):
        return ""
    try:
        path = unquote(urlsplit(address[:_LONGEST]).path)
    except ValueError:
        return ""
    parts = [part for part in path.split("/") if part]
    words = [word for part in parts[-3:] for word in _WORD.findall(_PAGE.sub("", part))]
    return " ".join(word for word in words if word.casefold() not in _PLUMBING)


def host(url: str) -> str:
    """Return the host of a web address without "www.", "" when it has none."""
    if not url.startswith(("http://", "https://")):
        return ""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # "http://[": a broken IPv6 address
        return ""
