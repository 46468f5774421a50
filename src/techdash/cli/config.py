"""``techdash config``: the settings that hold, where each comes from, and a commented file on demand."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import Any

from techdash import config, config_table
from techdash.cli.codes import DONE
from techdash.cli.options import add_json, add_width
from techdash.cli.output import Output, indented
from techdash.config_table import Effective
from techdash.errors import LibraryError, UsageError
from techdash.paths import Paths

_WIDEST = 110


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", metavar="SETTING", nargs="*", help="only these settings")
    form = parser.add_mutually_exclusive_group()
    add_json(form)
    form.add_argument(
        "--example", action="store_true", help="print a config.toml that explains every setting"
    )
    form.add_argument(
        "--write", action="store_true", help="write it where techdash reads it, never over a file"
    )
    add_width(parser)


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    if options.example:
        output.text(config_table.commented())
        return DONE
    if options.write:
        config_table.write(paths.config)
        output.text(f"{paths.config} explains every setting and changes none.")
        return DONE
    read = config.read(paths.config)
    found = list(config_table.effective(read, _in_window(read.config, paths)))
    if options.names:
        found = _named(found, options.names)
    if options.json:
        output.json({"file": str(paths.config), "settings": [_as_json(each) for each in found]})
    else:
        _print(found, paths, output, options.width)
    return DONE


def _in_window(settings: config.Config, paths: Paths) -> dict[str, Any]:
    """What was chosen in the window and stands before the file."""
    from techdash.store import db, marks
    from techdash.tui import chosen

    state: dict[str, Any] = {}
    with suppress(LibraryError), closing(db.connect_reader(paths.library)) as library:
        state = marks.state(library, chosen.STATE) or {}
    configured = {name: getattr(settings, name) for name in chosen.NAMES}
    held = {name: chosen.chosen(state, name, value) for name, value in configured.items()}
    return {name: value for name, value in held.items() if value != configured[name]}


def _named(found: Sequence[Effective], names: Sequence[str]) -> list[Effective]:
    """The asked settings; a table means all in it."""
    chosen: list[Effective] = []
    for name in names:
        these = [each for each in found if f"{each.setting.name}.".startswith(f"{name}.")]
        if not these:
            raise UsageError(f"There is no setting {name!r}; {config.hint(name)}")
        chosen += these
    return chosen


def _as_json(each: Effective) -> dict[str, Any]:
    setting = each.setting
    return {
        "name": setting.name,
        "value": each.value,
        "default": setting.default,
        "origin": each.origin,
        "line": each.line,
        "variable": each.variable,
        "choices": list(setting.choices) or None,
        "least": setting.about.least,
        "most": setting.about.most,
        "about": setting.about.line,
    }


def _print(found: Sequence[Effective], paths: Paths, output: Output, asked: int | None) -> None:
    width = output.width(asked, _WIDEST)
    output.pieces([(str(paths.config), "strong")])
    if not paths.config.exists():
        output.pieces([("not there yet; techdash config --write makes one that explains all this", "muted")])
    for each in found:
        output.text()
        pieces = [(f"{each.setting.name} = {config_table.toml(each.value)}", "code"), ("  ", "")]
        indented(output, [*pieces, (_origin(each), "strong" if each.origin != "default" else "muted")], width)
        about = config_table.explained(each.setting).replace("`", "")
        indented(output, [(about, "muted")], width, "    ")


def _origin(each: Effective) -> str:
    if each.origin == "window":
        return "chosen in the window"
    if each.origin == "environment":
        return f"from {each.variable}"
    return f"config.toml, line {each.line}" if each.origin == "file" else "default"
