"""Settings: defaults < configuration file < environment < flags. The only reader of the environment.

Every setting is one field of `Settings`, described beside its default. `load` returns the settings together with where
each value came from, so that a user who asks "which value won?" gets an answer.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from assistant import config_file
from assistant.errors import UsageError

APP = "assistant"
HOSTED_MODEL = "gpt-4.1-mini"  # asked of OpenAI's own server when a key is set and no model is named
_SECRETS = ("api_key", "embedding_api_key")


def _setting(default: Any, env: str, about: str) -> Any:
    return field(default=default, metadata={"env": env, "about": about})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the program is set up. An empty string means "not set"."""

    library: Path = _setting(Path(), "ASSISTANT_LIBRARY", "folder of the library")
    cache: Path = _setting(Path(), "ASSISTANT_CACHE", "folder for the prepared embedding model")
    sessions: Path = _setting(Path(), "ASSISTANT_SESSIONS", "folder where chats are saved, each as a file")
    save_sessions: bool = _setting(True, "ASSISTANT_SAVE_SESSIONS", "false: save no chats")
    runs: Path = _setting(Path(), "ASSISTANT_RUNS", "folder where the runs of evaluations are kept")
    embedder: str = _setting("minilm", "ASSISTANT_EMBEDDER", "minilm (int8), minilm-fp32 or openai")
    embedding_model: str = _setting(
        "text-embedding-3-small", "ASSISTANT_EMBEDDING_MODEL", "model asked of the embedding server (embedder: openai)"
    )
    embedding_base_url: str = _setting("", "ASSISTANT_EMBEDDING_BASE_URL", "embedding server, if not base_url")
    embedding_api_key: str = _setting(
        "", "ASSISTANT_EMBEDDING_API_KEY", "its key, when it is another server than base_url"
    )
    model: str = _setting(
        "",
        "ASSISTANT_MODEL",
        f"language model; by default {HOSTED_MODEL} of OpenAI, or the only model of a local server",
    )
    base_url: str = _setting("", "OPENAI_BASE_URL", "an OpenAI-compatible server, e.g. http://localhost:11434/v1")
    api_key: str = _setting("", "OPENAI_API_KEY", "key for the server; local servers need none")
    use_model: bool = _setting(True, "ASSISTANT_USE_MODEL", "false: quote sentences, call no model")
    prompt_tokens: int = _setting(3000, "ASSISTANT_PROMPT_TOKENS", "tokens of evidence in one prompt, 200 or more")
    answer_tokens: int = _setting(700, "ASSISTANT_ANSWER_TOKENS", "longest reply of the model, in tokens")
    evidence: int = _setting(12, "ASSISTANT_EVIDENCE", "evidence sentences offered for one answer, 1 to 100")
    allow_private_addresses: bool = _setting(
        False,
        "ASSISTANT_ALLOW_PRIVATE_ADDRESSES",
        "true: fetch pages and feeds of one's own network too; never of metadata services",
    )
    timeout: float = _setting(60.0, "ASSISTANT_TIMEOUT", "seconds a server may stay silent")
    deadline: float = _setting(300.0, "ASSISTANT_DEADLINE", "seconds one whole answer of a model may take")
    strict: bool = _setting(False, "ASSISTANT_STRICT", "true: show only statements that passed every check")
    judge: bool = _setting(False, "ASSISTANT_JUDGE", "true: ask the model for a second opinion on every statement")
    usage: bool = _setting(False, "ASSISTANT_USAGE", "true: show the tokens and the cost of every answer")
    prices: Path = _setting(Path(), "ASSISTANT_PRICES", "table of prices, by default prices.yaml beside config.yaml")

    @property
    def model_configured(self) -> bool:
        """Whether a language model is to be asked: a key or a server is set, and `use_model` is not off."""
        return self.use_model and bool(self.api_key or self.base_url)

    def __repr__(self) -> str:
        """Keys are masked: settings are printed in reports and tracebacks."""
        shown = (f"{f.name}={masked(f.name, getattr(self, f.name))!r}" for f in dataclasses.fields(self))
        return f"Settings({', '.join(shown)})"


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings, and for each field the place that its value came from."""

    settings: Settings
    origins: Mapping[str, str]  # field name -> "default", the path of the file, the variable's name, or "flag"
    notices: tuple[str, ...] = ()


def masked(name: str, value: object) -> object:
    """The value as it may be shown: keys are reduced to whether they are set."""
    return ("set" if value else "") if name in _SECRETS else value


def config_path(environment: Mapping[str, str] | None = None) -> Path:
    """Where the configuration file is looked for: `ASSISTANT_CONFIG`, else the user's configuration folder."""
    named = (os.environ if environment is None else environment).get("ASSISTANT_CONFIG")
    return Path(named).expanduser() if named else platformdirs.user_config_path(APP) / "config.yaml"


def with_setting(name: str, value: str | None, environment: Mapping[str, str] | None = None) -> Path:
    """Keep one setting in the configuration file, or take it out for None; returns the file.

    Raises `UsageError` for an unknown setting, a value that it cannot have, or a file that cannot be changed.
    """
    fields = {f.name: f for f in dataclasses.fields(Settings)}
    if name not in fields:
        raise unknown(name)
    file = config_path(environment)
    if value is not None:
        given = _convert(fields[name], value, name)
        _checked(dataclasses.replace(Settings(), **{name: given}))
    config_file.write(file, config_file.edited(file, name, value))
    return file


def unknown(name: str) -> UsageError:
    """The error for a setting that does not exist, with the nearest one that does."""
    near = difflib.get_close_matches(name, [f.name for f in dataclasses.fields(Settings)], n=1)
    return UsageError(f"There is no setting {name!r}. " + (f"Is it {near[0]}?" if near else "See: assistant config"))


def is_secret(name: str) -> bool:
    """Whether a setting is a key, never to be shown or typed where others may read it."""
    return name in _SECRETS


def tiktoken_folders() -> dict[str, str]:
    """The variables by which tiktoken finds the vocabularies that it downloaded before."""
    names = ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR")
    return {name: os.environ[name] for name in names if name in os.environ}


def disable_telemetry() -> None:
    """Keep onnxruntime from reporting to its maker; works only before its first import.

    Its official builds (seen in 1.32) otherwise write a device id into the home folder and send usage events:
    https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"


def load(environment: Mapping[str, str] | None = None, **flags: object) -> LoadedSettings:
    """Settings from all four places; a flag of None counts as not given.

    Raises `UsageError` for an unreadable file, an unknown key or a value of the wrong kind.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {
        "library": platformdirs.user_data_path(APP) / "library",
        "cache": platformdirs.user_cache_path(APP),
        "sessions": platformdirs.user_data_path(APP) / "sessions",
        "runs": platformdirs.user_data_path(APP) / "runs",
    }
    fields = {f.name: f for f in dataclasses.fields(Settings)}
    origins = dict.fromkeys(fields, "default")
    file = config_path(environment)
    values["prices"] = file.with_name("prices.yaml")
    if environment.get("ASSISTANT_CONFIG") and not file.exists():
        raise UsageError(
            f"ASSISTANT_CONFIG names {file}; there is no such file. Make it with: assistant config NAME VALUE"
        )
    for name, value in config_file.read(file, known=fields).items():
        values[name], origins[name] = _convert(fields[name], value, str(file)), str(file)
    for name, spec in fields.items():
        if text := environment.get(spec.metadata["env"]):
            values[name], origins[name] = _convert(spec, text, spec.metadata["env"]), spec.metadata["env"]
    notices = _old_base_url(environment, values, origins)
    for name, value in flags.items():
        if value is not None:
            values[name], origins[name] = _convert(fields[name], value, f"--{name.replace('_', '-')}"), "flag"
    if values.get("api_key") and not (values.get("base_url") or values.get("model")):
        values["model"] = HOSTED_MODEL
    return LoadedSettings(_checked(Settings(**values)), origins, notices)


def _old_base_url(environment: Mapping[str, str], values: dict[str, Any], origins: dict[str, str]) -> tuple[str, ...]:
    old = environment.get("OPENAI_API_BASE")
    if not old or environment.get("OPENAI_BASE_URL"):
        return ()
    values["base_url"], origins["base_url"] = old, "OPENAI_API_BASE"
    return ("OPENAI_API_BASE is the old name; please set OPENAI_BASE_URL instead.",)


def _as_bool(value: object) -> bool:
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    return words[str(value).strip().lower()]


def _as_text(value: object) -> str:
    if isinstance(value, (list, dict)):
        raise TypeError("not one value")
    return str(value)


def _as_number(value: object) -> float:
    number = float(str(value))  # by way of text: YAML's true is no 1
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "Path": lambda value: Path(value).expanduser(),
    "str": _as_text,
    "bool": _as_bool,
    "int": lambda value: int(str(value)),
    "float": _as_number,
}


def _convert(spec: dataclasses.Field[Any], value: object, origin: str) -> Any:
    try:
        return _CONVERTERS[str(spec.type)](value)
    except (ValueError, KeyError, TypeError, RuntimeError) as error:  # RuntimeError: "~name" of an unknown user
        shown = masked(spec.name, value)
        raise UsageError(f"{origin}: {shown!r} is not a valid value ({spec.metadata['about']}).") from error


def _checked(settings: Settings) -> Settings:
    rules = (
        (settings.embedder in ("minilm", "minilm-fp32", "openai"), "embedder must be minilm, minilm-fp32 or openai."),
        (settings.prompt_tokens >= 200, "prompt_tokens must be 200 or more."),
        (settings.answer_tokens >= 16, "answer_tokens must be 16 or more."),
        (1 <= settings.evidence <= 100, "evidence must be between 1 and 100."),
        (settings.timeout > 0 and settings.deadline > 0, "timeout and deadline must be above 0 seconds."),
    )
    for holds, message in rules:
        if not holds:
            raise UsageError(f"Setting {message}")
    return settings
