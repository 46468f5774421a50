"""The catalogue: the starter library, the default sources, and the user's own ``sources.toml`` over both."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from msgspec.structs import replace

from techdash import assets
from techdash.errors import UsageError
from techdash.models.sources import KINDS, FullText, Source
from techdash.paths import Paths
from techdash.text.clean import one_line
from techdash.text.urls import web_link


def catalogue(paths: Paths) -> list[Source]:
    """Every source techdash knows of, starter folders first, in the order of the files.

    A row of the user's file changes only the fields it names when its id is known already, and adds a source
    otherwise; either way the source's origin becomes ``user`` and ``named`` the fields that the row names.

    Raises:
        UsageError: the user's file can't be read, or one of its rows is wrong; the sentence names the file,
            the row and the field.
    """
    data = assets.folder("data")
    found = {source.id: source for source in _starter(data)}
    defaults = data / "sources.toml"
    for row in _rows(defaults):
        found[row["id"]] = replace(_source(defaults, row, None), origin="default")
    for row in _rows(paths.sources):
        source = _source(paths.sources, row, found.get(row["id"]))
        named = tuple(_FIELDS[field][0] for field in row)
        found[row["id"]] = replace(source, origin="user", named=named)
    return list(found.values())


def _starter(data: Path) -> list[Source]:
    folders = (
        ("starter-editions", data / "starter" / "editions", "digest", "Starter editions", "en"),
        ("starter-essays", data / "starter" / "essays", "essay", "Starter essays", ""),
        ("cheatsheet", data / "cheatsheet", "cheatsheet", "Claude Code cheat-sheet", "en"),
    )
    return [
        Source(
            id=id_,
            url=str(folder),
            kind=kind,  # type: ignore[arg-type]
            title=title,
            language=language,
            max_items=200,
            full_text="none",
            origin="starter",
        )
        for id_, folder, kind, title, language in folders
    ]


def _rows(path: Path) -> list[dict[str, Any]]:
    """The ``[[source]]`` tables of a file, each with an id, no id twice; none where there is no file."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}.") from error
    rows = data.pop("source", [])
    if data:
        raise UsageError(f"{path}: {next(iter(data))!r} stands outside of a [[source]] table.")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UsageError(f"{path}: sources are written as [[source]] tables, with two brackets.")
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        if not _is_text(row.get("id")):
            raise UsageError(
                f"{path}: source number {number}: id is missing; give it a short name in quotes."
            )
        row["id"] = one_line(row["id"])
        if row["id"] in seen:
            raise UsageError(f"{path}: source {row['id']!r}: this id is used twice.")
        seen.add(row["id"])
    return rows


# What a field of the file is called in Source, what it has to be, and how to say so.
_FIELDS: dict[str, tuple[str, Callable[[Any], bool], str]] = {
    "id": ("id", lambda value: _is_text(value), "a short name in quotes"),
    "name": ("title", lambda value: _is_text(value), "a text in quotes"),
    "url": ("url", lambda value: _is_text(value), "an address in quotes"),
    "site_url": ("site_url", lambda value: isinstance(value, str), "an address in quotes"),
    "kind": ("kind", lambda value: value in KINDS, f"one of {', '.join(KINDS)}"),
    "lang": ("language", lambda value: isinstance(value, str), 'a language code such as "en" or "zh"'),
    "topics": ("topics", lambda value: _is_texts(value), "a list of texts"),
    "weight": ("weight", lambda value: _is_number(value, 0.1, 5), "a number from 0.1 to 5"),
    "max_items": (
        "max_items",
        lambda value: type(value) is int and 1 <= value <= 1000,
        "a whole number from 1 to 1000",
    ),
    "full_text": (
        "full_text",
        lambda value: value in get_args(FullText),
        f"one of {', '.join(get_args(FullText))}",
    ),
    "interval": (
        "interval",
        lambda value: type(value) is int and 15 <= value <= 10_080,
        "a whole number of minutes from 15 to 10080 (a week)",
    ),
    "enabled": ("enabled", lambda value: isinstance(value, bool), "true or false"),
    "backfill": ("backfill", lambda value: isinstance(value, bool), "true or false"),
}


def _source(path: Path, row: dict[str, Any], base: Source | None) -> Source:
    """The source a row describes, over ``base`` where its id is known."""
    where = f"{path}: source {row['id']!r}"
    values: dict[str, Any] = {}
    for key, value in row.items():
        if key not in _FIELDS:
            raise UsageError(f"{where}: there is no field {one_line(key)!r}; known are {', '.join(_FIELDS)}.")
        name, fits, wanted = _FIELDS[key]
        if not fits(value):
            raise UsageError(f"{where}: {key} takes {wanted}, not {value!r}.")
        values[name] = float(value) if name == "weight" else _tidy(value)
    if "url" in values:
        values["url"] = _address(path, where, values["url"])
    if values.get("site_url"):
        values["site_url"] = _web_address(where, "site_url", values["site_url"])
    if base is not None:
        return replace(base, **values)
    if "url" not in values:
        raise UsageError(f"{where}: url is missing, and no other source has this id.")
    return Source(**{"kind": "article", "title": values["id"]} | values)


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, list):
        return tuple(one_line(text) for text in value)
    return value


def _address(path: Path, where: str, url: str) -> str:
    """A web address, or an absolute path; a relative one starts at the file it stands in."""
    if url.startswith(("/", "~", "./", "../")):
        try:
            return str((path.parent / Path(url).expanduser()).resolve())
        except RuntimeError as error:  # nobody of that name lives here
            raise UsageError(f"{where}: url takes a path that exists; {url!r} leads to no home.") from error
    return _web_address(where, "url", url)


def _web_address(where: str, field: str, url: str) -> str:
    link = web_link(url)
    if link is None:
        wanted = (
            "an http(s) address" if field == "site_url" else "an http(s) address or a path such as ~/notes"
        )
        raise UsageError(f"{where}: {field} takes {wanted}, not {url!r}.")
    return link


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(one_line(value))


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(text) for text in value)


def _is_number(value: object, low: float, high: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high
