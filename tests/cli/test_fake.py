"""The stand-in of programs at a terminal promises nothing that the real `Assistant` does not keep."""

from __future__ import annotations

import inspect

import pytest

from assistant.answering.conversation import Conversation
from assistant.app import Assistant
from tests.fakes.assistant import FakeAssistant, FakeConversation

PAIRS = [
    pytest.param(fake, real, name, id=f"{real.__name__}.{name}")
    for fake, real in ((FakeAssistant, Assistant), (FakeConversation, Conversation))
    for name in vars(fake)
    if not name.startswith("_")
]


def shape(method: object) -> object:
    """What a caller may write: names, kinds and defaults of the parameters; of a property only that it is one."""
    if isinstance(method, property):
        return property
    assert callable(method)
    parameters = inspect.signature(method).parameters.values()
    return [(p.name, p.kind, "a function" if callable(p.default) else p.default) for p in parameters]


@pytest.mark.parametrize(("fake", "real", "name"), PAIRS)
def test_every_member_is_called_as_the_real_one_is(fake: type, real: type, name: str) -> None:
    assert shape(inspect.getattr_static(fake, name)) == shape(inspect.getattr_static(real, name))


def test_the_whole_stand_in_was_compared() -> None:
    assert len(PAIRS) > 20
