"""The same as `assistant.console.output`, where the text of this function now lies: the evaluation needs it too."""

from __future__ import annotations

from assistant.console.output import write_json

__all__ = ["write_json"]
