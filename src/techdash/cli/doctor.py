"""``techdash doctor``: looks at the library, the configuration and the terminal; backs up and repairs."""

from __future__ import annotations

import argparse
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from techdash import __version__, config, days, starter
from techdash.cli.codes import CANNOT_RUN, DONE, USAGE
from techdash.cli.options import add_json
from techdash.cli.output import Output, columns, is_utf8, moment, wants_colour
from techdash.errors import AlreadyRefreshing, LibraryError, UsageError
from techdash.paths import Paths


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--backup", metavar="FILE", help="write a copy of the library to a new file")
    parser.add_argument(
        "--repair", action="store_true", help="mend the library, or restore its newest backup"
    )
    add_json(parser)


def run(options: argparse.Namespace, paths: Paths, output: Output) -> int:
    from techdash.store import health

    done: dict[str, str | None] = {"backup": None, "repair": None}
    if options.repair:
        with _lock(paths.lock) as holder:
            if holder is not None:
                raise AlreadyRefreshing(holder)
            done["repair"] = health.repair(paths.library)
    if options.backup:
        target = Path(options.backup).expanduser().absolute()
        health.backup(paths.library, target)
        done["backup"] = str(target)
    if (options.repair or options.backup) and not options.json:
        if done["repair"]:
            output.text(done["repair"])
        if done["backup"]:
            output.text(f"The library was copied to {done['backup']}.")
        return DONE
    found = _look(paths, output) | done
    if options.json:
        output.json(found)
    else:
        _print(found, output)
    if found["library"]["exists"] and found["library"]["problem"]:
        return CANNOT_RUN
    return USAGE if found["configuration"]["problem"] else DONE


# -- looking


def _look(paths: Paths, output: Output) -> dict[str, Any]:
    from techdash.store import health

    with _lock(paths.lock) as holder:
        refreshing = holder
    configuration = _configuration(paths)
    return {
        "version": __version__,
        "library": health.check(paths.library),
        "sources": _sources(paths),
        "configuration": configuration,
        "model": _model(paths, configuration["settings"]),
        "setup": _setup(),
        "terminal": _terminal(output),
        "refreshing": refreshing,
    }


def _sources(paths: Paths) -> dict[str, int] | None:
    """How many sources there are and how many of them fail; None where the library can't say."""
    from techdash.store import db, sources

    try:
        with closing(db.connect_reader(paths.library)) as library:
            return {"subscribed": len(sources.subscriptions(library)), "failing": sources.failing(library)}
    except LibraryError:
        return None


def _configuration(paths: Paths) -> dict[str, Any]:
    found: dict[str, Any] = {
        "config": str(paths.config),
        "sources": str(paths.sources),
        "log": str(paths.log),
        "cache": str(paths.cache),
        "problem": None,
        "settings": None,
        "keys": [],
    }
    try:
        settings = config.load(paths.config)
        found["settings"] = to_builtins(settings)
        found["keys"] = _keys(settings)
        days.zone(settings)
        starter.catalogue(paths)
        if settings.rules:
            from techdash import rules

            found["problem"] = next(iter(rules.problems(settings.rules)), None)
    except UsageError as error:
        found["problem"] = str(error)
    return found


def _keys(settings: config.Config) -> list[str]:
    """What in ``[keys]`` can't be done, in sentences: the window opens all the same."""
    if not settings.keys:
        return []
    from techdash.tui.commands.keymap import resolve
    from techdash.tui.words import Words

    words = Words("en")
    return [words.key_problem(problem) for problem in resolve(settings.keys).problems]


def _model(paths: Paths, settings: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the model was used for last, and why it wrote nothing; None where there is none."""
    from techdash.store import db, drafts

    model = (settings or {}).get("model") or {}
    if not model.get("address"):
        return None
    used = drafts.Use()
    with suppress(LibraryError), closing(db.connect_reader(paths.library)) as library:
        used = drafts.use(library)
    return {
        "name": model["name"],
        "address": model["address"],
        "key_from": model["key_from"],
        "day": used.day,
        "calls": used.calls,
        "most_calls": model["calls"],
        "tokens": used.tokens,
        "most_tokens": model["tokens"],
        "problem": used.problem,
        "not_before": moment(used.not_before or None),
    }


def _setup() -> dict[str, Any]:
    """How many parts the reader's own Claude Code set-up has, and which of them are broken."""
    from techdash.setup import look, places

    found = look.look(places.find())
    return {
        "parts": len(found.parts),
        "broken": [{"kind": part.kind, "name": part.name, "path": part.path} for part in found.broken],
    }


def _terminal(output: Output) -> dict[str, Any]:
    return {
        "is_terminal": output.terminal,
        "term": os.environ.get("TERM", ""),
        "encoding": output.stream.encoding or "",
        "utf8": is_utf8(output.stream),
        "colours": _colours(),
        "columns": columns(output.stream),
        "lines": _lines(output),
        "python": sys.version.split()[0],
    }


def _colours() -> int:
    """How many colours the surroundings say the terminal has; 0 where none are wanted."""
    if not wants_colour():
        return 0
    if os.environ.get("COLORTERM", "") in ("truecolor", "24bit"):
        return 1 << 24
    return 256 if "256" in os.environ.get("TERM", "") else 16


def _lines(output: Output) -> int | None:
    try:
        return os.get_terminal_size(output.stream.fileno()).lines
    except (OSError, ValueError):
        return None


@contextmanager
def _lock(path: Path) -> Iterator[int | None]:
    """Hold the refresh lock, so that no refresh begins meanwhile; or give the process that holds it."""
    if not path.exists():
        yield None
        return
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = file.read(20).strip()
            yield int(holder) if holder.isdigit() else 0
        else:
            yield None


# -- saying


def _print(found: dict[str, Any], output: Output) -> None:
    library, settings, terminal = found["library"], found["configuration"], found["terminal"]
    counts = library.get("counts") or {}
    held = ", ".join(f"{number} {table}" for table, number in counts.items())
    size = f"{library['size'] / 1e6:.1f} MB, {library['free'] / 1e9:.1f} GB free"
    state = library["problem"] or f"sound; {held}"
    if not library["exists"]:
        state = "not there yet; a first refresh makes it"
    refreshing = found["refreshing"]
    colours = {0: "no colour", 1 << 24: "true colour"}.get(
        terminal["colours"], f"{terminal['colours']} colours"
    )
    kind = terminal["term"] or "TERM is not set"
    lines = f" x {terminal['lines']}" if terminal["lines"] else ""
    rows = (
        ("techdash", f"{found['version']}, Python {terminal['python']}"),
        ("library", library["path"]),
        ("", state),
        ("", size),
        ("backups", ", ".join(library["backups"]) or "none beside the library"),
        *([] if library["room_for_backup"] else [("", "too little space is free to make one a day")]),
        ("refresh", "none is running" if refreshing is None else f"running, process {refreshing}"),
        *([("sources", _said_of(found["sources"]))] if found["sources"] else []),
        ("configuration", settings["config"]),
        ("", settings["sources"]),
        ("", settings["problem"] or ("in order" if not settings["keys"] else "in order but for its keys")),
        *(("", problem) for problem in settings["keys"]),
        *_of_model(found["model"]),
        *_of_setup(found["setup"]),
        ("log", settings["log"]),
        (
            "terminal",
            f"{kind}, {terminal['columns']}{lines}" if terminal["is_terminal"] else "none, a pipe or file",
        ),
        ("", f"{terminal['encoding']}, {colours}"),
    )
    for name, text in rows:
        output.pieces([(f"{name:<14}", "muted"), (text, "")])
    if not terminal["utf8"]:
        output.text("The encoding is not UTF-8: Chinese shows as question marks. Set LANG to a UTF-8 locale.")


def _of_model(model: dict[str, Any] | None) -> list[tuple[str, str]]:
    if model is None:
        return []
    used = (
        f"{model['day']}: {model['calls']} of {model['most_calls']} calls, "
        f"{model['tokens']} of {model['most_tokens']} tokens"
    )
    rows = [
        ("model", f"{model['name']} at {model['address']}"),
        ("", used if model["day"] else "not asked yet"),
    ]
    if model["problem"]:
        rows.append(("", model["problem"]))
    return rows + ([("", f"It is left alone until {model['not_before']}.")] if model["not_before"] else [])


def _of_setup(setup: dict[str, Any]) -> list[tuple[str, str]]:
    if not setup["parts"]:
        return []
    broken = len(setup["broken"])
    more = f"{broken} broken: techdash cheat --sheet 'on this machine' broken" if broken else "none broken"
    return [("Claude Code", f"{setup['parts']} parts of a set-up here, {more}")]


def _said_of(sources: dict[str, int]) -> str:
    failing = (
        f"{sources['failing']} failing: techdash sources says why" if sources["failing"] else "none failing"
    )
    return f"{sources['subscribed']} subscribed, {failing}"
