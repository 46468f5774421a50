"""The table of settings in words: what holds and whence, the commented file, the README's rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any, Literal, get_origin

from msgspec import Struct

from techdash.config import Read, Setting, settings
from techdash.errors import UsageError

_WIDTH = 100


class Effective(Struct, frozen=True):
    """What holds of a setting. ``line`` of the file or ``variable`` of the environment set it.

    What was chosen in the ``window`` goes before both.
    """

    setting: Setting
    value: Any
    origin: Literal["default", "file", "environment", "window"]
    line: int | None = None
    variable: str | None = None


def effective(read: Read, in_window: Mapping[str, Any] | None = None) -> Iterator[Effective]:
    """All that holds, in the order of the table; tables stand as the settings in them.

    ``in_window`` are the settings that were chosen there.
    """
    lists: list[str] = []
    for setting in settings():
        if setting.is_table or setting.name.partition(".")[0] in lists:
            continue
        value: Any = read.config
        for part in setting.name.split("."):
            value = getattr(value, part)
        if setting.row is not None:
            lists.append(setting.name)
            names = [row.name for row in settings(setting.row)]
            value = tuple({name: getattr(each, name) for name in names} for each in value)
        line, variable = read.line(setting.name), read.variables.get(setting.name)
        if in_window and setting.name in in_window:
            yield Effective(setting, in_window[setting.name], "window")
        elif variable is not None:
            yield Effective(setting, value, "environment", line, variable)
        elif line is not None:
            yield Effective(setting, value, "file", line)
        else:
            yield Effective(setting, value, "default")


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)  # a basic string of TOML 1.0 has JSON's escapes
        case bool():
            return "true" if value else "false"
        case tuple() | list():
            return f"[{', '.join(map(toml, value))}]"
        case dict():
            pairs = ", ".join(f"{toml(key)} = {toml(inner)}" for key, inner in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
    return str(value)


def takes(setting: Setting) -> str:
    """The values that a setting may have where they can be counted, in words; else nothing."""
    if setting.choices:
        return ", ".join(map(toml, setting.choices))
    return f"{setting.about.least} to {setting.about.most}" if setting.about.least is not None else ""


def commented() -> str:
    """A whole ``config.toml`` in which every setting is explained, and none is set.

    What a ``#`` and no blank stands before can be set by taking it away; it is the default, or an example.
    """
    head = "Every setting of techdash. Take the # away from a line to change what it sets."
    lines = [f"# {head}"]
    tables: list[str] = []
    for setting in settings():
        is_table = setting.is_table or setting.row is not None or get_origin(setting.kind) is dict
        into = tables if is_table or "." in setting.name else lines
        into += ["", *(f"# {line}" for line in wrap(explained(setting).replace("`", ""), _WIDTH))]
        if setting.is_table:
            into.append(f"#[{setting.name}]")
        elif setting.row is not None:
            into.append(f"#[[{setting.name}]]")
        elif is_table:
            pairs = setting.about.example.items()
            into += [f"#[{setting.name}]", *(f"#{toml(key)} = {toml(value)}" for key, value in pairs)]
        else:
            value = setting.default if setting.about.example is None else setting.about.example
            into.append(f"#{setting.name.rpartition('.')[2]} = {toml(value)}")
    return "\n".join([*lines, *tables])


def explained(setting: Setting) -> str:
    """The line on a setting, with the values that it may have; Markdown."""
    values = takes(setting)
    return f"{setting.about.line} ({values})" if values else setting.about.line


def readme() -> str:
    """The README's table of settings."""
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    for setting in settings():
        default = "none" if setting.is_table or setting.row is not None else f"`{toml(setting.default)}`"
        rows.append(f"| `{setting.name}` | {default} | {explained(setting)} |")
    return "\n".join(rows)


def write(path: Path) -> None:
    """Write the commented file, never over one that is there.

    Raises:
        UsageError: there is one.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(commented() + "\n")
    except FileExistsError as error:
        raise UsageError(
            f"{path} is there already and stays as it is; techdash config --example prints one."
        ) from error
