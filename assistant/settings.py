"""Settings: defaults < configuration file < environment < flags. The only reader of the environment.

Every setting is one field of `Settings`: its default, its environment variable, its description (which documents it
too) and the rule that its value must keep stand there and nowhere else. `load` returns the settings together with where
each value came from, so that a user who asks "which value won?" gets an answer.

The configuration file holds flat lines such as `model: NAME`, in YAML. It is edited in place: every other line stays as
the person wrote it, comments too. It may hold keys, so it is written readable by its owner alone, and as a whole or not
at all.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import os
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import platformdirs

from assistant.errors import UsageError
from assistant.places import DatabasePlace, LibraryPlace, masked_url, place_of
from assistant.yaml_form import config_in, edited_config, write_config

APP = "assistant"
HOSTED_MODEL = "gpt-4.1-mini"  # asked of OpenAI's own server when a key is set and no model is named


class _DefaultPath(NamedTuple):
    """A path that a setting has by default."""

    words: str  # where it is, for the documentation
    path: Callable[[Path], Path]  # made from the path of the configuration file


class _Rule(NamedTuple):
    """A condition that a value must meet."""

    holds: Callable[[Any], bool]
    words: str  # "must be …"


_ABOVE_0 = _Rule(lambda seconds: seconds > 0, "must be above 0 seconds")


def _is_server(url: str) -> bool:
    """Whether it is the address of a server: a host, perhaps a port and a path, and no secret."""
    try:
        parts = urlsplit(url)
        named = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is no number
        return False
    return bool(named) and "@" not in parts.netloc and not (parts.query or parts.fragment)


def _data(name: str) -> _DefaultPath:
    return _DefaultPath("in the user's data folder", lambda _: platformdirs.user_data_path(APP) / name)


def _setting(
    default: Any,
    env: str,
    about: str,
    *,
    place: _DefaultPath | None = None,
    rule: _Rule | None = None,
    secret: bool = False,
) -> Any:
    metadata = {"env": env, "about": about, "place": place, "rule": rule, "secret": secret}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the program is set up. An empty string means "not set"."""

    library: LibraryPlace = _setting(
        Path(),
        "ASSISTANT_LIBRARY",
        "folder of the library, or postgresql://USER@HOST/DATABASE (docs/servers.md)",
        place=_data("library"),
    )
    chroma: str = _setting(
        "",
        "ASSISTANT_CHROMA",
        "Chroma servers for the vectors, instead of the library's folder: http://HOST:PORT, several apart by spaces",
        rule=_Rule(lambda urls: all(map(_is_server, urls.split())), "must be http://HOST:PORT, without a password"),
    )
    chroma_token: str = _setting("", "ASSISTANT_CHROMA_TOKEN", "token that is sent to the Chroma servers", secret=True)
    cache: Path = _setting(
        Path(),
        "ASSISTANT_CACHE",
        "folder for the prepared embedding model",
        place=_DefaultPath("in the user's cache folder", lambda _: platformdirs.user_cache_path(APP)),
    )
    sessions: Path = _setting(
        Path(), "ASSISTANT_SESSIONS", "folder where chats are saved, each as a file", place=_data("sessions")
    )
    save_sessions: bool = _setting(True, "ASSISTANT_SAVE_SESSIONS", "false: save no chats")
    runs: Path = _setting(
        Path(), "ASSISTANT_RUNS", "folder where the runs of evaluations are kept", place=_data("runs")
    )
    embedder: str = _setting(
        "minilm",
        "ASSISTANT_EMBEDDER",
        "minilm (int8), minilm-fp32 or openai",
        rule=_Rule(("minilm", "minilm-fp32", "openai").__contains__, "must be minilm, minilm-fp32 or openai"),
    )
    reader: str = _setting(
        "builtin",
        "ASSISTANT_READER",
        "what reads statements and sentences: builtin, onnx:FOLDER, model (the language model) or off",
        rule=_Rule(
            lambda name: name in {"builtin", "model", "off"} or name.startswith("onnx:"),
            "must be builtin, onnx:FOLDER, model or off",
        ),
    )
    workers: str = _setting(
        "auto",
        "ASSISTANT_WORKERS",
        "who helps to take in more than 8 MB: auto, a number of processes, ray or ray://HOST:PORT (docs/servers.md)",
        rule=_Rule(
            lambda named: bool(re.fullmatch(r"auto|ray|[0-9]{1,2}|ray://[^/@?#\s]+:[0-9]{1,5}", named)),
            "must be auto, a number below 100, ray or ray://HOST:PORT",
        ),
    )
    embedding_model: str = _setting(
        "text-embedding-3-small", "ASSISTANT_EMBEDDING_MODEL", "model asked of the embedding server (embedder: openai)"
    )
    embedding_base_url: str = _setting("", "ASSISTANT_EMBEDDING_BASE_URL", "embedding server, if not base_url")
    embedding_api_key: str = _setting(
        "", "ASSISTANT_EMBEDDING_API_KEY", "its key, when it is another server than base_url", secret=True
    )
    model: str = _setting(
        "",
        "ASSISTANT_MODEL",
        f"language model; by default {HOSTED_MODEL} of OpenAI, or the only model of a local server",
    )
    base_url: str = _setting("", "OPENAI_BASE_URL", "an OpenAI-compatible server, e.g. http://localhost:11434/v1")
    api_key: str = _setting("", "OPENAI_API_KEY", "key for the server; local servers need none", secret=True)
    use_model: bool = _setting(True, "ASSISTANT_USE_MODEL", "false: quote sentences, call no model")
    prompt_tokens: int = _setting(
        3000,
        "ASSISTANT_PROMPT_TOKENS",
        "tokens of evidence in one prompt, 200 or more",
        rule=_Rule(lambda tokens: tokens >= 200, "must be 200 or more"),
    )
    answer_tokens: int = _setting(
        700,
        "ASSISTANT_ANSWER_TOKENS",
        "longest reply of the model, in tokens",
        rule=_Rule(lambda tokens: tokens >= 16, "must be 16 or more"),
    )
    evidence: int = _setting(
        12,
        "ASSISTANT_EVIDENCE",
        "evidence sentences offered for one answer, 1 to 100",
        rule=_Rule(lambda sentences: 1 <= sentences <= 100, "must be between 1 and 100"),
    )
    overview_evidence: int = _setting(
        0,
        "ASSISTANT_OVERVIEW_EVIDENCE",
        "entries offered to a model for an overview, up to 500; 0: as many as prompt_tokens holds",
        rule=_Rule(lambda entries: 0 <= entries <= 500, "must be between 0 and 500"),
    )
    length: int = _setting(
        14,
        "ASSISTANT_LENGTH",
        "most entries of an overview or a timeline, 1 to 100",
        rule=_Rule(lambda entries: 1 <= entries <= 100, "must be between 1 and 100"),
    )
    allow_private_addresses: bool = _setting(
        False,
        "ASSISTANT_ALLOW_PRIVATE_ADDRESSES",
        "true: fetch pages and feeds of one's own network too; never of metadata services",
    )
    timeout: float = _setting(60.0, "ASSISTANT_TIMEOUT", "seconds a server may stay silent", rule=_ABOVE_0)
    deadline: float = _setting(
        300.0, "ASSISTANT_DEADLINE", "seconds one whole answer of a model may take", rule=_ABOVE_0
    )
    strict: bool = _setting(False, "ASSISTANT_STRICT", "true: show only statements that passed every check")
    judge: bool = _setting(False, "ASSISTANT_JUDGE", "true: ask the model for a second opinion on every statement")
    usage: bool = _setting(False, "ASSISTANT_USAGE", "true: show the tokens and the cost of every answer")
    prices: Path = _setting(
        Path(),
        "ASSISTANT_PRICES",
        "table of prices, by default prices.yaml beside config.yaml",
        place=_DefaultPath("beside config.yaml", lambda config: config.with_name("prices.yaml")),
    )

    @property
    def model_configured(self) -> bool:
        """Whether a language model is to be asked: a key or a server is set, and `use_model` is not off."""
        return self.use_model and bool(self.api_key or self.base_url)

    def __repr__(self) -> str:
        """Keys are masked: settings are printed in reports and tracebacks."""
        shown = (f"{f.name}={masked(f.name, getattr(self, f.name))!r}" for f in dataclasses.fields(self))
        return f"Settings({', '.join(shown)})"


_FIELDS = {f.name: f for f in dataclasses.fields(Settings)}


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings, and for each field the place that its value came from."""

    settings: Settings
    origins: Mapping[str, str]  # field name -> "default", the path of the file, the variable's name, or "flag"
    notices: tuple[str, ...] = ()


def masked(name: str, value: object) -> object:
    """The value as it may be shown: keys are reduced to whether they are set, and a URL loses its password."""
    if is_secret(name):
        return "set" if value else ""
    return masked_url(value) if name == "library" and isinstance(value, str) else value


def config_path(environment: Mapping[str, str] | None = None) -> Path:
    """Where the configuration file is looked for: `ASSISTANT_CONFIG`, else the user's configuration folder."""
    named = (os.environ if environment is None else environment).get("ASSISTANT_CONFIG")
    return Path(named).expanduser() if named else platformdirs.user_config_path(APP) / "config.yaml"


def with_setting(name: str, value: str | None, environment: Mapping[str, str] | None = None) -> Path:
    """Keep one setting in the configuration file, or take it out for None; returns the file.

    Raises `UsageError` for an unknown setting, a value that it cannot have, or a file that cannot be changed.
    """
    if name not in _FIELDS:
        raise unknown(name)
    file = config_path(environment)
    if value is not None:
        checked = _convert(_FIELDS[name], value, name)
        _check_rule(name, checked)
        _refuse_password(checked)
    write_config(file, edited_config(file, name, value))
    return file


def unknown(name: str) -> UsageError:
    """The error for a setting that does not exist, with the nearest one that does."""
    near = difflib.get_close_matches(name, _FIELDS, n=1)
    return UsageError(f"There is no setting {name!r}. " + (f"Is it {near[0]}?" if near else "See: assistant config"))


def is_secret(name: str) -> bool:
    """Whether a setting is a key, never to be shown or typed where others may read it."""
    return name in _FIELDS and bool(_FIELDS[name].metadata["secret"])


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


def prepare_ray(*, own_cluster: bool) -> None:
    """Keep Ray from reporting to its maker, and its cluster on this machine to itself; before its first import.

    Where a connection is lost, Ray by itself starts a cluster here at the next call. Such a cluster listens on all
    addresses and runs what anybody sends it: the first variable of our own cluster is Ray's means against that on macOS
    and Windows, and works on Linux too (seen with 2.60).
    """
    os.environ.update({"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_AUTO_CONNECT": "0"})
    if own_cluster:
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # no cluster of several machines: the loopback will do
        os.environ.update({"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)})


def load(environment: Mapping[str, str] | None = None, **flags: object) -> LoadedSettings:
    """Settings from all four places; a flag of None counts as not given.

    Raises `UsageError` for an unreadable file, an unknown key or a value of the wrong kind.
    """
    environment = os.environ if environment is None else environment
    file = config_path(environment)
    places = {name: spec.metadata["place"] for name, spec in _FIELDS.items()}
    values: dict[str, Any] = {name: place.path(file) for name, place in places.items() if place is not None}
    origins = dict.fromkeys(_FIELDS, "default")
    if environment.get("ASSISTANT_CONFIG") and not file.exists():
        raise UsageError(
            f"ASSISTANT_CONFIG names {file}; there is no such file. Make it with: assistant config NAME VALUE"
        )
    for name, value in read_config(file).items():
        values[name], origins[name] = _convert(_FIELDS[name], value, str(file)), str(file)
        _refuse_password(values[name])
    for name, spec in _FIELDS.items():
        if text := environment.get(spec.metadata["env"]):
            values[name], origins[name] = _convert(spec, text, spec.metadata["env"]), spec.metadata["env"]
    notices = _old_base_url(environment, values, origins)
    for name, value in flags.items():
        if value is not None:
            values[name], origins[name] = _convert(_FIELDS[name], value, f"--{name.replace('_', '-')}"), "flag"
            _refuse_password(values[name])
    if values.get("api_key") and not (values.get("base_url") or values.get("model")):
        values["model"] = HOSTED_MODEL
    for name, value in values.items():
        _check_rule(name, value)
    return LoadedSettings(Settings(**values), origins, notices)


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
    "LibraryPlace": place_of,
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


def _refuse_password(value: object) -> None:
    """Raise `UsageError` for a URL with a password where others may read it: among processes, in a shared file."""
    if isinstance(value, DatabasePlace) and value.has_password:
        raise UsageError(
            f"{value}: leave the password out here; it is taken from PGPASSWORD, PGPASSFILE or ASSISTANT_LIBRARY."
        )


def _check_rule(name: str, value: object) -> None:
    rule = _FIELDS[name].metadata["rule"]
    if rule is not None and not rule.holds(value):
        raise UsageError(f"Setting {name} {rule.words}.")


def read_config(file: Path, known: Collection[str] = tuple(_FIELDS)) -> dict[str, Any]:
    """Return the settings in `file`, none when there is no such file; one without a value ("model:") is left out.

    Raises `UsageError` for a file that cannot be read or is not a list of known settings.
    """
    content = config_in(file)
    if unknown := [str(name) for name in content if name not in known]:
        raise UsageError(f"{file}: unknown setting {unknown[0]!r}; known are {', '.join(known)}.")
    return {name: value for name, value in content.items() if value is not None}
