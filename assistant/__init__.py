"""Assistant: answers from an archive of news articles, every statement tied to the sentences that support it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.app import Assistant

__version__ = "0.1.0"
__all__ = ["Assistant", "__version__"]


def __getattr__(name: str) -> object:
    """Import `Assistant` when it is first used: `import assistant` alone stays cheap."""
    if name == "Assistant":
        from assistant.app import Assistant

        return Assistant
    raise AttributeError(f"module 'assistant' has no attribute {name!r}")
