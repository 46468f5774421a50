"""The user's ``config.toml``: every setting with its default, and a sentence for each mistake."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from techdash.errors import UsageError


class Model(Struct, frozen=True):
    """The table ``[model]``: which language model may write leads and summaries; no address, none does.

    ``address`` is where an OpenAI-compatible API begins (``http://127.0.0.1:11434/v1``), ``key_from`` names
    the environment variable with its key: the key itself is never kept. ``calls`` and ``tokens`` are limits a
    day, ``seconds`` is what all of it may take in one refresh.
    """

    address: str = ""
    name: str = ""
    key_from: str = ""
    calls: int = 20
    tokens: int = 100_000
    seconds: int = 60


class Config(Struct, frozen=True):
    """Effective settings. Keys of ``config.toml`` are these names, at the top level of the file."""

    theme: str = "techdash-dark"
    language: str = "auto"
    column: int = 76
    ambiguous: int = 1
    time_zone: str = ""
    day_starts: int = 0
    refresh: bool = True
    images: str = "ask"
    keep_days: int = 0
    interests: tuple[str, ...] = ()
    mutes: tuple[str, ...] = ()
    aliases: dict[str, str] = {}
    exports: str = ""
    model: Model = Model()


_CHOICES: dict[str, tuple[object, ...]] = {
    "language": ("auto", "en", "zh"),
    "ambiguous": (1, 2),
    "images": ("ask", "always", "never"),
}
_RANGES: dict[str, tuple[int, int]] = {"column": (40, 160), "day_starts": (0, 12), "keep_days": (0, 36_500)}
_OF_MODEL: dict[str, tuple[int, int]] = {
    "calls": (0, 10_000),
    "tokens": (0, 100_000_000),
    "seconds": (1, 600),
}


def load(path: Path) -> Config:
    """Read the file; a missing one means the defaults.

    Raises:
        UsageError: the file can't be read, is not TOML, or has an unknown key or a wrong value.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text: {error}.") from error
    import tomllib

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not valid TOML: {error}.") from error
    known: dict[str, type[Any]] = {name: type(getattr(Config(), name)) for name in Config.__struct_fields__}
    for key, value in data.items():
        _check(path, key, value, known)
    settings: dict[str, Any] = {
        key: tuple(value) if known[key] is tuple else value for key, value in data.items()
    }
    if "model" in settings:
        settings["model"] = _model(path, settings["model"])
    return Config(**settings)


def _model(path: Path, table: Mapping[str, Any]) -> Model:
    known: dict[str, type[Any]] = {name: type(getattr(Model(), name)) for name in Model.__struct_fields__}
    for key, value in table.items():
        _check(path, key, value, known, "model.", _OF_MODEL)
    found = Model(**table)
    if not found.address.startswith(("http://", "https://")) or set(found.address) & set("@?# "):
        raise UsageError(
            f"{path}: model.address is where an OpenAI-compatible API begins, such as "
            '"http://127.0.0.1:11434/v1"; a key has no place in it.'
        )
    if not found.name.strip():
        raise UsageError(f"{path}: model.name says which model of {found.address} is to write.")
    return found


def column_within(cells: int) -> int:
    """The nearest width that a text may have, in cells."""
    narrowest, widest = _RANGES["column"]
    return max(narrowest, min(widest, cells))


def _check(
    path: Path,
    key: str,
    value: Any,
    known: Mapping[str, type[Any]],
    table: str = "",
    ranges: Mapping[str, tuple[int, int]] = _RANGES,
) -> None:
    """Raise where a setting (of a ``table``, named with its full stop) is unknown or has a wrong value."""
    name = table + key
    if key not in known:
        import difflib

        near = difflib.get_close_matches(key, known, 1)
        hint = f"did you mean {table}{near[0]}?" if near else f"known are {', '.join(known)}."
        raise UsageError(f"{path}: there is no setting {name!r}; {hint}")
    if known[key] is tuple:
        is_right = isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)
    elif known[key] is dict:
        is_right = isinstance(value, dict) and all(
            isinstance(one, str) and one.strip() for one in value.values()
        )
    elif known[key] is Model:
        is_right = isinstance(value, dict)
    else:
        is_right = type(value) is known[key]
    if not is_right:
        raise UsageError(f"{path}: {name} takes {_word(known[key])}, not {value!r}.")
    if not table and key in _CHOICES and value not in _CHOICES[key]:
        raise UsageError(f"{path}: {key} is one of {', '.join(map(str, _CHOICES[key]))}, not {value!r}.")
    if key in ranges and not (ranges[key][0] <= value <= ranges[key][1]):
        low, high = ranges[key]
        raise UsageError(f"{path}: {name} goes from {low} to {high}, not {value}.")


def _word(kind: type[Any]) -> str:
    words: dict[type[Any], str] = {
        str: "a text in quotes",
        int: "a whole number",
        bool: "true or false",
        tuple: "a list of texts",
        dict: "a table of texts",
        Model: "a table",
    }
    return words[kind]
