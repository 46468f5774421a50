"""The user's ``config.toml``: every setting with its default, and a sentence for each mistake."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from techdash.errors import UsageError


@dataclass(frozen=True, slots=True)
class Config:
    """Effective settings. Keys of ``config.toml`` are these names, at the top level of the file."""

    theme: str = "techdash-dark"
    language: str = "auto"
    column: int = 76
    ambiguous: int = 1
    time_zone: str = ""
    day_starts: int = 0
    refresh: bool = True


_CHOICES: dict[str, tuple[object, ...]] = {"language": ("auto", "en", "zh"), "ambiguous": (1, 2)}
_RANGES: dict[str, tuple[int, int]] = {"column": (40, 160), "day_starts": (0, 12)}


def load(path: Path) -> Config:
    """Read the file; a missing one means the defaults.

    Raises:
        UsageError: the file can't be read, is not TOML, or has an unknown key or a wrong value.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}.") from error
    known: dict[str, type[Any]] = {field.name: type(field.default) for field in fields(Config)}
    for key, value in data.items():
        _check(path, key, value, known)
    return Config(**data)


def _check(path: Path, key: str, value: Any, known: Mapping[str, type[Any]]) -> None:
    if key not in known:
        near = difflib.get_close_matches(key, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."
        raise UsageError(f"{path}: there is no setting {key!r}; {hint}")
    if type(value) is not known[key]:
        raise UsageError(f"{path}: {key} takes {_word(known[key])}, not {value!r}.")
    if key in _CHOICES and value not in _CHOICES[key]:
        raise UsageError(f"{path}: {key} is one of {', '.join(map(str, _CHOICES[key]))}, not {value!r}.")
    if key in _RANGES and not (_RANGES[key][0] <= value <= _RANGES[key][1]):
        low, high = _RANGES[key]
        raise UsageError(f"{path}: {key} goes from {low} to {high}, not {value}.")


def _word(kind: type[Any]) -> str:
    return {str: "a text in quotes", int: "a whole number", bool: "true or false"}[kind]
