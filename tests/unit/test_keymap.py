"""The reader's own keys: what a table asks for, what of it can't be done, and presets without a clash."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from techdash.tui.commands import COMMANDS
from techdash.tui.commands.command import key_name, shown
from techdash.tui.commands.keymap import clashes, resolve
from techdash.tui.commands.presets import PRESETS
from techdash.tui.words import Words


def keys_of(table: dict[str, Any], name: str) -> tuple[str, ...]:
    return next(command.keys for command in resolve(table).commands if command.id == name)


def said(table: dict[str, Any], language: str = "en") -> list[str]:
    words = Words(language)
    return [words.key_problem(problem) for problem in resolve(table).problems]


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_names_real_commands_and_has_no_clash(preset: str) -> None:
    found = resolve({"preset": preset})
    assert found.problems == ()
    assert set(PRESETS[preset]) <= {command.id for command in COMMANDS}
    assert list(clashes({command.id: command.keys for command in found.commands})) == []


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("x", "x"),
        ("Ctrl+X", "ctrl+x"),
        ("shift+x", "X"),
        ("ｊ", "j"),
        ("PgDn", "pagedown"),
        ("Esc", "escape"),
        (" ", "space"),
        ("alt+ctrl+f5", "ctrl+alt+f5"),
        ("ctrl++", "ctrl++"),
        ("+", "+"),
        (",", ","),
        ("，", ","),
    ],
)
def test_keys_are_understood_as_people_write_them(text: str, key: str) -> None:
    table = {"source_import": text, "source_close": "f11"}
    assert keys_of(table, "source_import") == (key,)
    assert said(table) == []


@pytest.mark.parametrize(
    ("key", "named", "as_shown"),
    [
        ("/", "slash", "/"),
        ("ctrl+]", "ctrl+right_square_bracket", "Ctrl+]"),
        ("alt+<", "alt+less_than_sign", "Alt+<"),
        ("ctrl+_", "ctrl+underscore", "Ctrl+_"),
        ("ctrl++", "ctrl+plus", "Ctrl++"),
        ("+", "plus", "+"),
        ("shift+pageup", "shift+pageup", "Shift+PgUp"),
        ("f5", "f5", "F5"),
    ],
)
def test_a_key_has_textuals_name_and_one_for_people(key: str, named: str, as_shown: str) -> None:
    assert key_name(key) == named
    assert shown(key) == as_shown


def test_keys_are_replaced_given_beside_and_taken_away() -> None:
    assert keys_of({"star": ["*", "ctrl+k"]}, "star") == ("*", "ctrl+k")
    assert keys_of({"also": {"star": "*"}}, "star") == ("s", "*")
    assert keys_of({"star": "*", "also": {"star": ["f10"]}}, "star") == ("*", "f10")
    assert keys_of({"star": []}, "star") == ()
    assert keys_of({"preset": "vim", "digest": "f10"}, "digest") == ("f10",)


def test_two_commands_can_change_places() -> None:
    table = {"star": "m", "read": "s"}
    assert said(table) == []
    assert (keys_of(table, "star"), keys_of(table, "read")) == (("m",), ("s",))


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"star": "m"}, "keys.star: m is taken by read; it keeps s."),
        # one that holds anywhere and one of a place
        ({"star": "j"}, "keys.star: j is taken by down; it keeps s."),
        ({"open": "o"}, "keys.open: o is taken by browser; it keeps enter l right."),
        ({"starr": "x"}, "keys: there is no command starr. Did you mean star?"),
        ({"also": {"satr": "x"}}, "keys: there is no command satr. Did you mean star?"),
        ({"star": "pgdwn"}, "keys.star: pgdwn is no key. Did you mean pgdn?"),
        ({"star": "hyper+x"}, "keys.star: hyper+x is no key."),
        ({"star": ""}, "keys.star: is no key."),
        ({"star": "ctrl+i"}, "keys.star: terminals send ctrl+i as tab."),
        ({"star": "\x1b]0;x\x07\u202e"}, "keys.star: ]0;x is no key."),
        ({"star": 3}, "keys.star takes a key or a list of keys, not 3."),
        ({"star": ["x", 3]}, "keys.star takes a key or a list of keys, not ['x', 3]."),
        (
            {"preset": "vin"},
            "keys.preset is one of default, vim, emacs, newsboat, not vin. Did you mean vim?",
        ),
        ({"also": "x"}, "keys.also is a table of keys, not 'x'."),
        ({"macros": 3}, "keys.macros is a table: a key, and the commands it does; not 3."),
        ({"macros": {"m": ["read"]}}, "keys.macros: m is taken by read."),
        (
            {"macros": {"f11": ["read", "next_unred"]}},
            "keys.macros: f11 names next_unred, which is no command. Did you mean next_unread?",
        ),
        ({"macros": {"f11": "read"}}, "keys.macros: f11 takes a list of commands, not 'read'."),
    ],
)
def test_what_cannot_be_done_is_said_and_left_as_it_comes(table: dict[str, Any], sentence: str) -> None:
    found = resolve(table)
    assert said(table) == [sentence]
    assert found.macros == {}
    assert found.changed == {}
    assert said(table, "zh")[0] != sentence


def test_of_two_that_clash_the_later_gives_way_and_the_rest_holds() -> None:
    table = {"star": "*", "later": "*", "why": "f10"}
    assert said(table) == ["keys.later: * is taken by star; it keeps L."]
    assert resolve(table).changed == {"star": ("*",), "why": ("f10",)}


def test_what_gives_way_may_make_another_give_way() -> None:
    """``read`` can't have j, so that ``star`` can't have what ``read`` would have left."""
    table = {"star": "m", "read": "j"}
    assert sorted(said(table)) == [
        "keys.read: j is taken by down; it keeps m.",
        "keys.star: m is taken by read; it keeps s.",
    ]
    assert resolve(table).changed == {}


def test_the_registry_as_it_comes_has_no_clash() -> None:
    assert list(clashes({command.id: command.keys for command in COMMANDS})) == []


def test_reading_the_keys_needs_no_textual() -> None:
    """The command line looks at them too."""
    code = (
        "import sys; from techdash.tui.commands.keymap import resolve; resolve({'star': 'm'}); "
        "sys.exit('textual' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
