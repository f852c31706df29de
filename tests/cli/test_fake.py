"""The stand-in that the other tests use promises no more than the real `Assistant` does."""

from __future__ import annotations

import inspect

import pytest

from assistant.answering.conversation import Conversation
from assistant.app import Assistant
from tests.fakes.assistant import FakeAssistant, FakeConversation

PAIRS = [
    (
        FakeAssistant,
        Assistant,
        ("open", "close", "ingest", "search", "explain", "ask", "conversation", "article", "status"),
    ),
    (FakeAssistant, Assistant, ("warm_up", "reembed")),
    (FakeConversation, Conversation, ("ask", "citation")),
]


@pytest.mark.parametrize(
    ("fake", "real"),
    [(getattr(fake, name), getattr(real, name)) for fake, real, names in PAIRS for name in names],
    ids=lambda method: method.__qualname__,
)
def test_every_method_takes_the_same_arguments(fake: object, real: object) -> None:
    assert callable(fake)
    assert callable(real)
    assert list(inspect.signature(fake).parameters) == list(inspect.signature(real).parameters)
