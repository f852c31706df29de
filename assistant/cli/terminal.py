"""The same as `assistant.console.terminal`, where these functions now lie: the evaluation needs them too."""

from __future__ import annotations

from assistant.console.terminal import (
    hanging,
    is_watched,
    messages,
    output,
    show,
    show_error,
    show_notes,
    wrapped,
)

__all__ = ["hanging", "is_watched", "messages", "output", "show", "show_error", "show_notes", "wrapped"]
