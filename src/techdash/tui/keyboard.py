"""Which command a key is: counts before it, keys that were given other commands, several commands on one."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from textual import events
from textual.binding import ActiveBinding, Binding, BindingsMap
from textual.dom import DOMNode
from textual.keys import key_to_character
from textual.screen import Screen
from textual.worker import Worker

from techdash.tui.commands import COMMANDS, PLACES, Command, first_keys
from techdash.tui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from techdash.tui.app import TechdashApp
    from techdash.tui.commands.keymap import Keymap

LARGEST_COUNT = 999
_LONGEST_STEP = 2.0
"""Seconds that a command of a macro may take until the next one is begun all the same."""
_BY_ID = {command.id: command for command in COMMANDS}
_RANK = {command.id: list(PLACES).index(command.where) for command in COMMANDS}
"""Later places are narrower."""
_LONG = frozenset({"sync", "macro", "preview", "ahead"})


class Keyed(Screen[Any]):
    """A screen whose commands may have other keys than they come with."""

    @property
    def _binding_chain(self) -> list[tuple[DOMNode, BindingsMap]]:
        # App.set_keymap can't say that one key of a widget goes before another's, nor take a key away
        window: Any = self.app
        keyboard: Keyboard = window.keyboard
        if not keyboard.changed:
            return super()._binding_chain
        nodes = self.focused.ancestors_with_self if self.focused is not None else [self, self.app]
        return keyboard.chain(nodes)


class Keyboard:
    """The keys of one window."""

    def __init__(self, window: TechdashApp, table: dict[str, Any]) -> None:
        self._window = window
        self.commands: tuple[Command, ...] = COMMANDS
        self.changed: dict[str, list[str]] = {}
        self._macros: dict[str, tuple[str, ...]] = {}
        self._maps: dict[type[DOMNode], BindingsMap] = {}
        self._count = ""
        self.busy = False
        self.keymap: Keymap | None = None
        self.take(table)

    def take(self, table: dict[str, Any]) -> None:
        """Have the keys that a table asks for, and no others."""
        self._maps.clear()
        self._window.words.keys = {}
        if not table:
            self.keymap, self.commands, self._macros, self.changed = None, COMMANDS, {}, {}
            return
        from techdash.tui.commands.command import with_twins
        from techdash.tui.commands.keymap import resolve

        self.keymap = found = resolve(table)
        self.commands, self._macros = found.commands, found.macros
        self.changed = {name: with_twins(keys) for name, keys in found.changed.items()}
        self._window.words.keys = first_keys(found.commands)

    def tell_problems(self) -> None:
        """Say in one line what of the reader's keys can't be done."""
        problems = self.keymap.problems if self.keymap is not None else ()
        if problems:
            words = self._window.words
            first = words.key_problem(problems[0])
            more = words("key_problems_more", n=len(problems) - 1) if len(problems) > 1 else ""
            self._window.say(f"{first}{more}")

    # -- other keys

    def chain(self, nodes: list[DOMNode]) -> list[tuple[DOMNode, BindingsMap]]:
        """The bindings of some nodes, the focused one first: of the others without what it takes as text."""
        found: list[tuple[DOMNode, BindingsMap]] = []
        takes = nodes[0].check_consume_key
        for node in nodes:
            bound = self._maps.get(type(node))
            if bound is None:
                bound = self._maps[type(node)] = self._bound(node._bindings)
            if found and type(nodes[0]).check_consume_key is not DOMNode.check_consume_key:
                kept = {
                    key: each
                    for key, each in bound.key_to_bindings.items()
                    if not takes(key, key_to_character(key))
                }
                bound = BindingsMap.from_keys(kept)
            found.append((node, bound))
        return found

    def _bound(self, come: BindingsMap) -> BindingsMap:
        """Bindings with the keys in force; where two have one key, that of the narrower place is first."""
        found: dict[str, list[Binding]] = {}
        done: set[str] = set()
        for key, binding in come:
            name = binding.id or ""
            if name not in self.changed:
                found.setdefault(key, []).append(binding)
            elif name not in done:
                done.add(name)
                for other in self.changed[name]:
                    found.setdefault(other, []).append(binding.with_key(other))
        for bindings in found.values():
            bindings.sort(key=lambda binding: -_RANK.get(binding.id or "", 0))
        return BindingsMap.from_keys(found)

    # -- counts

    async def answer(self, event: events.Key) -> None:
        """A key that nothing took as text: a digit of a count, a macro, or a command after a count.

        What is none of these goes the way of all keys.
        """
        screen = self._window.screen
        if not isinstance(screen, Keyed):
            return
        digit = unicodedata.normalize("NFKC", event.character or "")
        if len(digit) == 1 and digit in "0123456789" and (self._count or not self._bound_here(event.key)):
            event.prevent_default()
            self._show((self._count + digit)[-len(str(LARGEST_COUNT)) :])
            return
        count = int(self._count or "0")
        if self._count:
            self._show("")
            if event.key == "escape":
                event.prevent_default()
                return
        if screen is self._window.desk and (names := self._macros.get(event.key)):
            event.prevent_default()
            self._begin(names)
        elif count > 1 and (bound := self._bound_here(event.key)) is not None:
            command = _BY_ID.get(bound.binding.id or "")
            if command is not None and command.counts:
                event.prevent_default()
                await self._counted(command, bound, count)

    def _bound_here(self, key: str) -> ActiveBinding | None:
        return self._window.screen.active_bindings.get(key)

    def _show(self, count: str) -> None:
        self._count = count
        for bar in self._window.screen.query(StatusBar):
            bar.count = count
            bar.refresh()

    async def _counted(self, command: Command, bound: ActiveBinding, count: int) -> None:
        run, action = self._window.run_action, bound.binding.action
        if command.counts == "times":
            for _ in range(count):
                await run(action, bound.node)
        elif command.counts == "nth":
            await run(f"nth({count})", bound.node)
        else:
            name, _, number = action.rstrip(")").partition("(")
            await run(f"{name}({float(number) * count:g})", bound.node)

    async def do(self, name: str) -> bool:
        """Do a command where the keys are; False, and said, where it has no sense there."""
        window, command = self._window, _BY_ID[name]
        node, action = self._owner(command)
        if node is not None and await window.run_action(action, node):
            return True
        window.say(window.words("not_here", command=command.title(window.words.language)))
        return False

    # -- macros

    def _begin(self, names: Sequence[str]) -> None:
        """Do commands one after the other; keys pressed meanwhile wait."""
        self.busy = True
        self._window.run_worker(
            self._do(names), group="macro", description="commands of one key", exit_on_error=False
        )

    async def _do(self, names: Sequence[str]) -> None:
        window = self._window
        try:
            for name in names:
                before = set(window.workers)
                if not await self.do(name):
                    return
                await self._settled(before)
        except Exception as error:  # noqa: BLE001 - whatever it is, the window goes on and says so
            window.report("commands of one key", error)
        finally:
            self.busy = False
            window.answer_waiting()

    def _owner(self, command: Command) -> tuple[DOMNode | None, str]:
        """What does a command here, and as which action; nothing where it has no sense."""
        for bound in self._window.screen.active_bindings.values():
            if bound.binding.id == command.id:
                return bound.node, bound.binding.action
        return (self._window if command.where == "anywhere" else None), command.action

    async def _settled(self, before: Collection[Worker[Any]]) -> None:
        """Wait until what a command began is done, as a person would; not for a refresh."""
        window = self._window
        for _ in range(3):
            for node in (window.focused or window.screen, window.screen, window):
                reached = asyncio.Event()
                if node.call_later(reached.set):
                    await reached.wait()
        begun = [each for each in window.workers if each not in before and each.group not in _LONG]
        waits = [asyncio.ensure_future(each.wait()) for each in begun if not each.is_finished]
        if waits:
            await asyncio.wait(waits, timeout=_LONGEST_STEP)
