"""Key bindings of Claude Code: keybindings.json and what is wrong in it (docs, keybindings)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from techdash.models.setup import Part, Saying
from techdash.setup.hiding import shown_name
from techdash.setup.places import Places
from techdash.setup.reading import MOST_FILES, Reader
from techdash.text.near import nearest

CONTEXTS = (
    "Global", "Chat", "Autocomplete", "Settings", "Confirmation", "Tabs", "Help", "Transcript",
    "HistorySearch", "Task", "ThemePicker", "Attachments", "Footer", "MessageSelector", "DiffDialog",
    "ModelPicker", "Select", "Plugin", "Scroll",
)  # fmt: skip
_RESERVED = ("ctrl+c", "ctrl+d", "ctrl+m", "capslock")
_ACTION = re.compile(r"[A-Za-z][\w-]*:\S+")


def keys(reader: Reader, places: Places) -> Iterator[Part]:
    """The bindings, in the order of the file."""
    path = places.config / "keybindings.json"
    held, fault = reader.json(path, dict[str, Any])
    shown = places.shown(path)
    if held is not None and not isinstance(held.get("bindings"), list):
        fault = Saying("keys_shape")
    if fault is not None:
        yield Part("file", path.name, "user", shown, faults=(fault,))
    elif held is not None:
        bound: set[tuple[str, str]] = set()
        for block in held["bindings"][:MOST_FILES]:
            yield from _of_block(block, shown, bound)


def _of_block(block: Any, path: str, bound: set[tuple[str, str]]) -> Iterator[Part]:
    if not isinstance(block, dict) or not isinstance(block.get("bindings"), dict):
        yield Part("key", "bindings", "user", path, faults=(Saying("keys_block"),))
        return
    given = block.get("context")
    context = given if isinstance(given, str) else ""
    wrong: tuple[Saying, ...] = ()
    if context not in CONTEXTS:
        shown, like = shown_name(context), nearest(context, CONTEXTS)
        wrong = (Saying("context_like", {"context": shown, "like": like}),) if like else (Saying("context"),)
    for key, action in list(block["bindings"].items())[:MOST_FILES]:
        faults = [*wrong, *_of_binding(key, action)]
        pressed = context, key.strip().lower()
        if pressed in bound:
            faults.append(Saying("key_twice", {"context": shown_name(context)}))
        bound.add(pressed)
        what = shown_name(action) if isinstance(action, str) else ""
        where: dict[str, str | int] = {"action": what, "context": shown_name(context)}
        facts = (Saying("key_does", where) if what else Saying("key_unbound", {"context": where["context"]}),)
        yield Part("key", shown_name(key), "user", path, facts=facts, faults=tuple(faults))


def _of_binding(key: str, action: Any) -> Iterator[Saying]:
    if key.strip().lower().replace("control+", "ctrl+").replace(" ", "") in _RESERVED:
        yield Saying("key_reserved")
    if action is not None and not (isinstance(action, str) and _ACTION.fullmatch(action)):
        yield Saying("key_action")
