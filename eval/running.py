"""Runs a suite: starts or resumes a run, with one assistant or several in parallel."""

from __future__ import annotations

import dataclasses
import platform
import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import assistant
from assistant.answering.prompt import PROMPTS, load_prompt
from assistant.app import Assistant
from assistant.errors import ModelError, UsageError
from assistant.json_form import to_json
from assistant.llm.chat import ChatModel
from assistant.places import LibraryPlace, full_name, place_of
from assistant.settings import Settings, masked
from eval.asking import Asked, Asker
from eval.folder import RunFolder, asked_again, pending, run_id
from eval.places import Places, describe
from eval.records import Run, RunInfo, Suite, SuiteQuestion
from eval.replaying import replaying
from eval.replies import CachedChat, Replies
from eval.suite import conversations, suite_hash

GIVE_UP = 5  # faults of the model in a row after which a run stops: the key is wrong, or the server is down
_NO_MATTER = frozenset(  # settings that change no answer
    {"library", "cache", "sessions", "save_sessions", "runs", "usage", "prices", "timeout", "deadline"}
)

OnAsked = Callable[[Asked], None]
Unit = tuple[tuple[SuiteQuestion, ...], int]  # a conversation, and the number of the repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to ask, which library, and how."""

    suite: Suite
    questions: tuple[SuiteQuestion, ...]
    library: LibraryPlace
    settings: Settings
    retrieval_only: bool = False
    repeats: int = 1
    command: str = ""

    @property
    def asked(self) -> Suite:
        """Return the suite with only the questions asked."""
        return replace(self.suite, questions=self.questions)

    @property
    def replays(self) -> bool:
        """Whether some question brings the reply that it gets."""
        return any(question.reply for question in self.questions)


def begin(plan: Plan, runs: Path) -> RunFolder:
    """Create a new, empty run in the folder `runs`."""
    info = describe_run(plan, datetime.now().astimezone())
    return RunFolder.create(runs, replace(info, id=run_id(info)), plan.asked)


def plan_of(folder: RunFolder, settings: Settings) -> Plan:
    """Return the plan of an existing run. Raises `UsageError` if anything that decides the answers has changed."""
    info = folder.info
    plan = Plan(
        suite=folder.suite,
        questions=folder.suite.questions,
        library=place_of(info.library),
        settings=replace(settings, use_model=bool(info.model) and settings.use_model),
        retrieval_only=info.retrieval_only,
        repeats=info.repeats,
        command=info.command,
    )
    now = describe_run(plan, info.started)
    for name in ("archive", "settings", "prompts", "model", "embedder", "version"):
        before, after = getattr(info, name), getattr(now, name)
        if before != after:
            changed = _first_change(before, after)
            raise UsageError(f"The run {info.id} was begun with another {name}{changed}. Set it back, or begin anew.")
    return plan


def _first_change(before: object, after: object) -> str:
    old, new = to_json(before), to_json(after)
    if isinstance(old, dict) and isinstance(new, dict):
        name = next(n for n in {**old, **new} if old.get(n) != new.get(n))
        return f" ({name}: {old.get(name)} then, {new.get(name)} now)"
    return f" ({before} then, {after} now)"


def execute(
    folder: RunFolder,
    plan: Plan,
    *,
    jobs: int = 1,
    replies: Replies | None = None,
    retry_errors: bool = False,
    on_asked: OnAsked = lambda _: None,
) -> Run:
    """Ask the remaining questions and finish the run. Each result is on disk before the next question.

    `replies` caches the model's; None caches nothing. Raises `ModelError` after several model errors in a row.
    An interrupt (Ctrl-C) loses nothing but the question in hand.
    """
    with folder.writing() as writer:
        keys = pending(folder, retry_errors=retry_errors)
        repeats = range(plan.repeats)
        chains = conversations(plan.questions)
        units = [(chain, r) for r in repeats for chain in chains if asked_again(chain, keys, r)]
        faults = 0
        # Closed at once when an error or an interrupt ends the loop: libraries are open inside.
        with closing(_all_asked(units, folder.info, plan, min(jobs, len(units)), replies)) as all_asked:
            for asked in all_asked:
                if (asked.result.id, asked.result.repeat) in keys:
                    writer.add(asked)
                on_asked(asked)
                faults = faults + 1 if asked.model_failed else 0
                if faults == GIVE_UP:
                    raise ModelError(f"The model failed {GIVE_UP} times in a row: {asked.result.error}")
        return folder.finish()


def _all_asked(
    units: Sequence[Unit], info: RunInfo, plan: Plan, jobs: int, replies: Replies | None
) -> Generator[Asked, None, None]:
    if jobs <= 1:
        with _asker(info, plan, replies) as asker:
            for chain, repeat in units:
                yield from asker.ask(chain, repeat)
    else:
        yield from _side_by_side(units, info, plan, jobs, replies)


def _side_by_side(
    units: Sequence[Unit], info: RunInfo, plan: Plan, jobs: int, replies: Replies | None
) -> Iterator[Asked]:
    """Do the same with several assistants, each in its own thread, since an open one is not thread-safe."""
    waiting: queue.SimpleQueue[Unit] = queue.SimpleQueue()
    for unit in units:
        waiting.put(unit)
    found: queue.SimpleQueue[Asked | None] = queue.SimpleQueue()
    stop = threading.Event()

    def work() -> None:
        try:
            with _asker(info, plan, replies) as asker:
                while not stop.is_set():
                    chain, repeat = waiting.get_nowait()
                    for asked in asker.ask(chain, repeat):
                        found.put(asked)
        except queue.Empty:
            pass
        finally:
            found.put(None)

    with ThreadPoolExecutor(jobs) as pool:
        workers = [pool.submit(work) for _ in range(jobs)]
        try:
            for _ in range(jobs):  # each says once that it is done
                while (asked := found.get()) is not None:
                    yield asked
        finally:
            stop.set()  # after an error or an interrupt: no further questions
        for worker in workers:
            worker.result()


@contextmanager
def _asker(info: RunInfo, plan: Plan, replies: Replies | None) -> Iterator[Asker]:
    chat = CachedChat(replies, base_url=plan.settings.base_url, name=plan.settings.model)
    with open_for(plan, chat.around) as opened:
        opened.warm_up()
        with replaying(plan.library, plan.settings) if plan.replays else nullcontext() as replayer:
            alone = plan.retrieval_only
            yield Asker(opened, Places(opened), chat, day=info.day, retrieval_only=alone, replayer=replayer)


def open_for(plan: Plan, wrap: Callable[[ChatModel], ChatModel] = lambda model: model) -> Assistant:
    """Open the library of the plan, with the cost of answers turned on."""
    settings = replace(plan.settings, usage=True)
    return Assistant.open(plan.library, settings=settings, create=False, wrap_model=wrap)


def describe_run(plan: Plan, started: datetime) -> RunInfo:
    """Return everything that decides the results of this plan; the id is added later."""
    settings = plan.settings
    with open_for(plan) as opened:
        archive = describe(opened, opened.articles())
        embedder = opened.status().embedder
    return RunInfo(
        id="",
        suite=plan.suite.name,
        suite_hash=suite_hash(plan.questions),
        archive=archive,
        library=full_name(plan.library),
        settings=shown_settings(settings),
        prompts=prompt_ids() if settings.model_configured or plan.replays else {},
        model=(settings.model or "the only one of the server") if settings.model_configured else "",
        embedder=embedder,
        retrieval_only=plan.retrieval_only,
        repeats=plan.repeats,
        planned=len(plan.questions) * plan.repeats,
        day=started.date(),
        undated=sum(q.asked_on is None for q in plan.questions),
        started=started,
        version=assistant.__version__,
        python=platform.python_version(),
        command=plan.command,
    )


def shown_settings(settings: Settings) -> dict[str, str]:
    """Return the settings that may change an answer, as text; keys only as "set" or ""."""
    names = (f.name for f in dataclasses.fields(settings) if f.name not in _NO_MATTER)
    return {name: str(masked(name, getattr(settings, name))) for name in names}


def prompt_ids() -> dict[str, str]:
    """Return every prompt with the beginning of its hash."""
    return {path.stem: load_prompt(path.stem).id for path in sorted(PROMPTS.glob("*.md"))}
