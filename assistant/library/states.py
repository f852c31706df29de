"""The states of a recorded text.

pending -> searchable -> replaced by a newer version, or removed by a person; what is removed is kept, not searched.
"""

from __future__ import annotations

from assistant.library import schema

PENDING, SEARCHABLE, REPLACED, REMOVED = "pending", "searchable", "replaced", "removed"
PRESENT = schema.versions.c.state.not_in(
    (REPLACED, REMOVED)
)  # so worded, SQLite does not start from the index of states
