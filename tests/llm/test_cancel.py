"""A model call is stopped from another thread within a second, whatever it waits for, and the server sees it."""

from __future__ import annotations

import threading
import time

import openai  # noqa: F401  # its import takes seconds, which are no part of what is measured
import pytest

from assistant.errors import Cancelled, ModelUnreachable
from assistant.llm.cancel import Cancel, active_cancel
from assistant.llm.chat import Message, OpenAIChat, Reply
from tests.fakes.server import Behaviour, Fails, Says, Sends, event, model_server

PAUSE = b""
SILENT = Sends([PAUSE])  # the head of the reply, and then nothing
TOKEN = event("word ")
FLOWING = Sends([TOKEN, *([PAUSE, TOKEN] * 200)], pause_s=0.02)


def stopped_after(seconds: float, *script: Behaviour) -> tuple[float, bool]:
    """Ask, and stop so many seconds later; return how long that took, and whether a server that writes saw it."""
    cancel = Cancel()
    with model_server(*script) as server:
        model = OpenAIChat("tiny", base_url=server.base_url, api_key="", wait=time.sleep)
        timer = threading.Timer(seconds, cancel.set)
        timer.start()
        started = time.monotonic()
        with pytest.raises(Cancelled, match="stopped"), cancel.active():
            model.complete([Message("user", "Did it rain?")], max_tokens=50, on_text=lambda _: None)
        taken = time.monotonic() - started - seconds
        timer.join()
        seen = script[0] is not FLOWING or server.hung_up.wait(1)
        model.close()
    return taken, seen


@pytest.mark.parametrize("behaviour", [SILENT, FLOWING, Fails(503, headers={"Retry-After": "9"})])
def test_a_call_is_stopped_within_a_second(behaviour: Behaviour) -> None:
    taken, seen = stopped_after(0.3, behaviour, Fails(503), Fails(503))
    assert taken < 1
    assert seen


class SilentServer(threading.Thread):
    """Takes a request and never answers; says when the client has gone."""

    def __init__(self) -> None:
        import socket

        super().__init__(daemon=True)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/v1"
        self.left = threading.Event()
        self.start()

    def run(self) -> None:
        connection, _ = self._listening.accept()
        while connection.recv(65536):
            pass
        self.left.set()
        connection.close()
        self._listening.close()


def test_a_server_that_has_sent_nothing_yet_sees_the_end_too() -> None:
    server, cancel = SilentServer(), Cancel()
    model = OpenAIChat("tiny", base_url=server.base_url, api_key="")
    threading.Timer(0.3, cancel.set).start()
    with pytest.raises(Cancelled), cancel.active():
        model.complete([Message("user", "Did it rain?")], max_tokens=50)
    assert server.left.wait(1)
    model.close()


def test_nothing_is_asked_after_the_wish_to_stop_and_a_second_wish_does_nothing() -> None:
    cancel = Cancel("Enough.")
    cancel.set()
    cancel.set()
    with model_server() as server:
        model = OpenAIChat("tiny", base_url=server.base_url, api_key="")
        with pytest.raises(Cancelled, match="Enough"), cancel.active():
            model.complete([Message("user", "Did it rain?")], max_tokens=50)
        assert server.requests == []
        model.close()


def test_without_a_wish_a_call_under_a_token_is_as_any_other() -> None:
    def ask(*, stoppable: bool) -> Reply:
        with model_server(Fails(503), Says(["It rai", "ned. [1]"])) as server:
            model = OpenAIChat("tiny", base_url=server.base_url, api_key="", wait=lambda _: None, chance=lambda: 1.0)
            try:
                if not stoppable:
                    return model.complete([Message("user", "Did it rain?")], max_tokens=50)
                with Cancel().active():
                    return model.complete([Message("user", "Did it rain?")], max_tokens=50)
            finally:
                model.close()

    assert ask(stoppable=True) == ask(stoppable=False)
    assert active_cancel() is None


def test_a_fault_of_the_server_stays_a_fault() -> None:
    model = OpenAIChat("tiny", base_url="http://127.0.0.1:9/v1", api_key="", wait=lambda _: None, deadline_s=2)
    with pytest.raises(ModelUnreachable), Cancel().active():
        model.complete([Message("user", "Did it rain?")], max_tokens=50)
