"""Dates in English news text and in questions, resolved to days. Deterministic: tables and rules, no model.

    >>> find_dates("The two spoke on Tuesday.", date(2025, 11, 27))
    (DateMention(start=17, end=24, first=date(2025, 11, 25), last=date(2025, 11, 25), relative=True),)

Three decisions hold throughout. A wrong date costs a reader more than a missing one, so what is vague ("recently") or
could mean two days is left out. A span holds the day meant rather than being narrow: "early 2024" is its first half.
Seasons are those of the northern hemisphere, weeks run from Monday to Sunday.
"""
