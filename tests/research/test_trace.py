"""What a trace counts: functions of the program by name; not what an import runs, not lambdas, no generator twice."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date

from assistant import settings, wording
from assistant.english.number_words import find_spelt
from research.trace import Trace, traced_command, tracing


def test_functions_are_counted_by_module_and_name() -> None:
    with tracing() as trace:
        wording.plural(2, "day")
        wording.plural(3, "day")
        wording.day(date(2025, 5, 1))
    assert trace.calls == {"assistant.wording:plural": 2, "assistant.wording:day": 1}
    assert trace.modules == ["assistant.wording"]
    assert trace.summary() == {"modules": 1, "functions": 2, "calls": 3}


def test_a_generator_is_one_call_and_only_names_stand_in_the_list() -> None:
    with tracing() as trace:
        found = list(find_spelt("Three men, four women and five dogs."))
    assert len(found) == 3
    assert trace.calls["assistant.english.number_words:find_spelt"] == 1
    assert not any("<" in name.replace("<locals>", "") for name in trace.calls)


def test_what_an_import_runs_is_left_out() -> None:
    spec = importlib.util.spec_from_file_location("settings_again", settings.__file__)
    assert spec and spec.loader
    with tracing() as trace:
        sys.modules["settings_again"] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    del sys.modules["settings_again"]
    assert trace == Trace()


def test_a_command_is_traced_to_its_end() -> None:
    trace = traced_command("config", "--json")
    assert {"assistant.cli.main", "assistant.settings"} <= set(trace.modules)
