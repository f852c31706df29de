"""The same as `assistant.console.edge`, where the text of these functions now lies: the evaluation needs them too."""

from __future__ import annotations

from assistant.console.edge import guarded, prepare_streams

__all__ = ["guarded", "prepare_streams"]
