"""The one table of settings: name, kind, default, what it takes and a line on it; and how it is read.

Checks, ``techdash config``, the commented file and the README's table are all made from :class:`Config`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, TypeVar, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import replace

from techdash.errors import UsageError

Table = TypeVar("Table", bound=Struct)

_NARROWEST, _WIDEST = 40, 160
_HEADER = re.compile(r"\s*\[\[?\s*([^\[\]=]+?)\s*\]")
_KEY = re.compile(r"\s*([^=#]+?)\s*=")


class Place(Protocol):
    """Where a setting is set, in words; ``number``: of which table of a list."""

    def __call__(self, name: str, number: int = 0, /) -> str: ...


class About(Struct, frozen=True):
    """What is said of a setting, in Markdown, and the range of a number.

    ``example`` stands in the commented file and in the README where the default shows nothing.
    """

    line: str
    least: int | None = None
    most: int | None = None
    example: Any = None


class Model(Struct, frozen=True):
    """The table ``[model]``: which language model may write leads and summaries; no address, none does."""

    address: Annotated[
        str,
        About(
            "where an OpenAI-compatible API begins: Ollama, llama.cpp, OpenAI, OpenRouter …",
            example="http://127.0.0.1:11434/v1",
        ),
    ] = ""
    name: Annotated[str, About("which model of it writes", example="qwen3:8b")] = ""
    key_from: Annotated[
        str,
        About(
            "the environment variable with the key, if it needs one; the key itself is never kept",
            example="OPENAI_API_KEY",
        ),
    ] = ""
    calls: Annotated[int, About("requests, at most a day", 0, 10_000)] = 20
    tokens: Annotated[int, About("tokens, at most a day", 0, 100_000_000)] = 100_000
    seconds: Annotated[int, About("seconds, at most in one refresh", 1, 600)] = 60


class Rule(Struct, frozen=True):
    """One of ``[[rules]]``: what is done to what arrives. One with a mistake is kept, and not done.

    ``place`` is where it stands; ``problem`` says what is wrong with its form.
    """

    when: Annotated[
        str, About("which entries, in the language of searches", example="kind:social -author:karpathy")
    ] = ""
    do: Annotated[
        tuple[str, ...],
        About(
            "`read`, `star`, `later`, `mute`, `tag:NAME`, or `feature` (it stands among the day's featured)",
            example=("read", "tag:posts"),
        ),
    ] = ()
    place: str = ""
    problem: str = ""


class Config(Struct, frozen=True):
    """Effective settings. Keys of ``config.toml`` are these names, at the top level of the file."""

    theme: Annotated[
        str,
        About(
            'the colours: `"techdash-dark"`, `"techdash-dusk"`, `"techdash-light"`, `"terminal"` (the '
            "terminal's own sixteen) or any of Textual's themes; `F2` chooses one and keeps it"
        ),
    ] = "techdash-dark"
    language: Annotated[
        Literal["auto", "en", "zh"], About("the words on screen; `auto` goes by the locale")
    ] = "auto"
    column: Annotated[
        int, About("width of the text, in cells; `<` and `>` change it and keep it", _NARROWEST, _WIDEST)
    ] = 76
    density: Annotated[
        Literal["comfortable", "compact"],
        About("`compact` leaves no empty lines between essays and sections, and gives the days one line"),
    ] = "comfortable"
    dates: Annotated[
        Literal["auto", "iso", "us"],
        About("how a day is written: as the language does (12 May 2026), 2026-05-12, or May 12, 2026"),
    ] = "auto"
    reduced_motion: Annotated[
        bool, About("nothing moves by itself: no blinking cursor, no counting while a refresh runs")
    ] = False
    title: Annotated[
        bool, About("whether the terminal's title says what is open; it is put back at the end")
    ] = True
    notify: Annotated[
        Literal["none", "bell", "osc9", "osc777"],
        About(
            "a notification of the terminal when a refresh of the window brought something new, with unread "
            "counts: OSC 9 (iTerm2, WezTerm), OSC 777 (urxvt, foot), or its bell"
        ),
    ] = "none"
    ambiguous: Annotated[
        Literal[1, 2], About("cells that `“”…—·` and other ambiguous characters take in your terminal")
    ] = 1
    time_zone: Annotated[
        str, About('an IANA name such as `"Asia/Shanghai"`; empty: the machine\'s', example="Asia/Shanghai")
    ] = ""
    day_starts: Annotated[
        int,
        About(
            "the hour at which a day begins; as with the zone, stored days follow at the next refresh", 0, 12
        ),
    ] = 0
    refresh: Annotated[bool, About("whether the window refreshes by itself")] = True
    images: Annotated[
        Literal["ask", "always", "never"], About("pictures in essays; `ask` shows them on `i`")
    ] = "ask"
    keep_days: Annotated[
        int,
        About(
            "days that an entry is kept, 0 for ever; what is starred, kept for later, begun, a sheet or a "
            "file of yours stays, what went never comes back",
            0,
            36_500,
        ),
    ] = 0
    interests: Annotated[
        tuple[str, ...],
        About(
            "words, topics or sources (id or title) that you want more of; `+` on an item adds one",
            example=("inference", "rust"),
        ),
    ] = ()
    mutes: Annotated[
        tuple[str, ...],
        About(
            "the same for less: what is muted is never featured, counts as nothing unread and stands at the "
            "end of its day; `-` on an item adds one",
            example=("crypto",),
        ),
    ] = ()
    exports: Annotated[
        str,
        About(
            "the folder that `e` exports into; empty: `exports` beside the library. What is there is never "
            "overwritten",
            example="~/notes",
        ),
    ] = ""
    aliases: Annotated[
        dict[str, str],
        About(
            "names that mean one thing, each with what it stands for; a story is known by them in either "
            "language",
            example={"月之暗面": "Moonshot"},
        ),
    ] = {}
    keys: Annotated[
        dict[str, Any],
        About(
            "other keys for commands, by the ids in the table of keys: a key or a list of them; `preset` is "
            "`default`, `vim`, `emacs` or `newsboat`, `also` gives keys beside those that are there, "
            "`macros` several commands to one key",
            example={
                "preset": "vim",
                "star": ["*", "ctrl+k"],
                "also": {"later": "f10"},
                "macros": {"ctrl+g": ["read", "next_unread"]},
            },
        ),
    ] = {}
    pipes: Annotated[
        dict[str, tuple[str, ...]],
        About(
            "commands by a short name, each a list of arguments, for `|`; an argument that is `{url}` "
            "becomes the address",
            example={"later": ("wallabag", "add", "{url}")},
        ),
    ] = {}
    model: Annotated[Model, About("a language model that may write leads and summaries; none by default")] = (
        Model()
    )
    rules: Annotated[
        tuple[Rule, ...], About("what is done to new entries as they arrive; as many as you like")
    ] = ()


class Setting(Struct, frozen=True):
    """One row of the table. ``kind`` is its type; a table's own settings are named ``table.name``."""

    name: str
    kind: Any
    default: Any
    about: About

    @property
    def choices(self) -> tuple[Any, ...]:
        """The values it may have where they can be counted."""
        return get_args(self.kind) if get_origin(self.kind) is Literal else ()

    @property
    def is_table(self) -> bool:
        """Whether it is a table with settings of its own."""
        return isinstance(self.default, Struct)

    @property
    def row(self) -> Struct | None:
        """For a list of tables one of them, with its settings as they are by default."""
        parts = get_args(self.kind)
        is_list = get_origin(self.kind) is tuple and issubclass(parts[0], Struct)
        return parts[0]() if is_list else None

    @property
    def variable(self) -> str | None:
        """The environment variable that goes before the file; lists and tables have none."""
        simple = self.kind in (str, int, bool) or self.choices
        return f"TECHDASH_{self.name.upper()}" if simple and "." not in self.name else None


class Read(Struct, frozen=True):
    """What was read: the effective settings, the file's text and tree, and the variables that went before."""

    config: Config
    text: str = ""
    tree: dict[str, Any] = {}
    variables: dict[str, str] = {}

    def line(self, name: str) -> int | None:
        """The line of the file on which a setting (in a table ``table.name``) is set; None where it isn't."""
        found: Any = self.tree
        for part in name.split("."):
            if not isinstance(found, dict) or part not in found:
                return None
            found = found[part]
        return line_of(self.text, name)


def settings(table: Struct | None = None, prefix: str = "") -> Iterator[Setting]:
    """The rows of the table, in the order of the file; a table of its own is followed by its settings."""
    defaults = Config() if table is None else table
    for name, (kind, about) in _hints(defaults).items():
        default = getattr(defaults, name)
        row = Setting(prefix + name, kind, default, about)
        yield row
        inner = default if isinstance(default, Struct) else row.row
        if inner is not None:
            yield from settings(inner, f"{row.name}.")


def _hints(table: Struct) -> dict[str, tuple[Any, About]]:
    """The kind of each of a table's settings, and what is said of it."""
    hints = get_type_hints(type(table), include_extras=True).items()
    return {name: get_args(hint) for name, hint in hints if get_origin(hint) is Annotated}


def load(path: Path) -> Config:
    """Read the file, and the environment, which goes before it; a missing file means the defaults.

    Raises:
        UsageError: the file can't be read, is not TOML, or has an unknown key or a wrong value.
    """
    return read(path).config


def read(path: Path, environment: Mapping[str, str] = os.environ) -> Read:
    """As :func:`load`, with all that says where a setting comes from.

    Raises:
        UsageError: as :func:`load`.
    """
    text, tree = _file(path)

    def in_file(name: str, number: int = 0) -> str:
        line = line_of(text, name, number)
        return f"{path}, line {line}" if line else str(path)

    found = _checked(tree, Config(), in_file) if tree else Config()
    variables: dict[str, str] = {}
    if any(name.startswith("TECHDASH_") and name != "TECHDASH_HOME" for name in environment):
        rows = [row for row in settings() if row.variable and row.variable in environment]
        variables = {row.name: str(row.variable) for row in rows}
        given = {row.name: _given(row, environment[variables[row.name]]) for row in rows}
        found = _checked(given, found, lambda name, _=0: variables[name])
    return Read(found, text, tree, variables)


def line_of(text: str, name: str, number_in_list: int = 0) -> int | None:
    """The line, counted from 1, on which a setting begins in a valid file, or the table that holds it.

    ``number_in_list``: of a list of tables which one is meant, from 0.
    """
    found, inside, before = None, "", ""
    tables = -1
    for number, line in enumerate(text.split("\n"), 1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header and _is_whole(before):
            here = inside = _bare(header[1])
            tables += here == name.partition(".")[0]
        elif key and not header:
            here = f"{inside}.{_bare(key[1])}" if inside else _bare(key[1])
        else:
            here = ""
        holds, is_part = name.startswith(f"{here}."), here.startswith(f"{name}.")
        is_other = number_in_list > 0 and tables != number_in_list
        is_wanted = here == name or holds or (is_part and found is None)
        if here and is_wanted and not is_other and _is_whole(before):
            if here == name:
                return number
            found = number
        before += line + "\n"
    return found


def hint(name: str) -> str:
    """What an unknown name (in a table ``table.name``) is likely to mean."""
    import difflib

    table, _, key = name.rpartition(".")
    names = [row.name for row in settings()]
    known = [one.rpartition(".")[2] for one in names if one.rpartition(".")[0] == table]
    elsewhere = [one for one in names if one.rpartition(".")[2] == key]
    if elsewhere and "." not in elsewhere[0]:
        return f"{key} stands above the first [table]."
    near = elsewhere or [
        f"{name[: -len(key)]}{one}" for one in difflib.get_close_matches(key.lower(), known, 1)
    ]
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}."


def column_within(cells: int) -> int:
    """The nearest width that a text may have, in cells."""
    return max(_NARROWEST, min(_WIDEST, cells))


def _file(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return "", {}
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text: {error}.") from error
    import tomllib

    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not valid TOML: {error}.") from error


def _bare(key: str) -> str:
    """A key as it is named here: without quotes, or blanks around its dots."""
    return ".".join(part.strip().strip("\"'") for part in key.split("."))


def _is_whole(text: str) -> bool:
    """Whether the beginning of a file ends outside of any text or list of several lines."""
    import tomllib

    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _given(row: Setting, text: str) -> Any:
    """A variable's text as the value that it stands for; what can't be one stays a text, and is refused."""
    if row.kind is bool and text in ("true", "false"):
        return text == "true"
    is_number = row.kind is int or any(type(choice) is int for choice in row.choices)
    return int(text) if is_number and text.isascii() and text.isdecimal() else text


def _checked(tree: Mapping[str, Any], defaults: Table, place: Place, table: str = "") -> Table:
    """A table's settings over those that hold without it; ``place`` says where one is set."""
    hints = _hints(defaults)
    changes: dict[str, Any] = {}
    for key, value in tree.items():
        name = table + key
        if key not in hints:
            raise UsageError(f"{place(name)}: there is no setting {name!r}; {hint(name)}")
        kind, about = hints[key]
        default = getattr(defaults, key)
        if not _fits(value, kind):
            raise UsageError(f"{place(name)}: {name} takes {_word(kind)}, not {value!r}.")
        if about.least is not None and not about.least <= value <= about.most:
            raise UsageError(f"{place(name)}: {name} goes from {about.least} to {about.most}, not {value}.")
        if isinstance(default, Struct):
            changes[key] = _checked(value, default, place, f"{name}.")
        elif kind == tuple[Rule, ...]:
            changes[key] = tuple(_rule(table, number, place) for number, table in enumerate(value))
        else:
            changes[key] = _frozen(value) if kind != dict[str, Any] else value
    made = replace(defaults, **changes)
    if isinstance(made, Model) and made != Model():
        _check_model(made, place)
    return made


def _rule(table: Mapping[str, Any], number: int, place: Place) -> Rule:
    """One of the rules; one with a mistake doesn't keep the others, and all the rest, from being read."""
    where = place("rules", number)
    try:
        found = _checked(table, Rule(), lambda name, _=0: place(name, number), "rules.")
    except UsageError as error:
        return Rule(place=where, problem=str(error))
    return replace(found, place=where)


def _frozen(value: Any) -> Any:
    """A value with its lists as tuples."""
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    return tuple(value) if isinstance(value, list) else value


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value of TOML is of a kind; true is no number here."""
    parts = get_args(kind)
    match get_origin(kind) or kind:
        case form if form is Literal:
            return any(type(value) is type(choice) and value == choice for choice in parts)
        case form if form is tuple and parts[0] is Rule:
            return isinstance(value, list) and all(isinstance(one, dict) for one in value)
        case form if form is tuple:
            return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)
        case form if form is dict:
            # what a table of any values has to hold is told by whoever reads it
            return isinstance(value, dict) and (
                parts[1] is Any
                or all(
                    bool(one.strip()) if isinstance(one, str) and parts[1] is str else _fits(one, parts[1])
                    for one in value.values()
                )
            )
        case form if issubclass(form, Struct):
            return isinstance(value, dict)
        case form:
            return type(value) is form


def _word(kind: Any) -> str:
    """What a kind of setting takes, in words."""
    if get_origin(kind) is Literal:
        return f"one of {', '.join(map(str, get_args(kind)))}"
    words: dict[Any, str] = {
        str: "a text in quotes",
        int: "a whole number",
        bool: "true or false",
        tuple: "a list of texts",
        dict: "a table of texts",
    }
    if kind == tuple[Rule, ...]:
        return "tables, each under [[rules]]"
    if get_origin(kind) is dict and get_args(kind)[1] is not str:
        return "a table" if get_args(kind)[1] is Any else "a table of lists of texts"
    return words.get(get_origin(kind) or kind, "a table")


def _check_model(model: Model, place: Place) -> None:
    if not model.address.startswith(("http://", "https://")) or set(model.address) & set("@?# "):
        raise UsageError(
            f"{place('model.address')}: model.address is where an OpenAI-compatible API begins, such as "
            '"http://127.0.0.1:11434/v1"; a key has no place in it.'
        )
    if not model.name.strip():
        raise UsageError(f"{place('model')}: model.name says which model of {model.address} is to write.")
