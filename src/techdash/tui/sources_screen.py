"""The sources screen: every source with its health, all that is known of one, what can be done about it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Input

from techdash import days
from techdash.errors import TechdashError, UsageError
from techdash.models.sources import KINDS
from techdash.standing import TROUBLE
from techdash.store import db, sources
from techdash.text.cells import width
from techdash.tui.commands import Command, bindings, hints
from techdash.tui.dialogs import Ask, Choose
from techdash.tui.jobs import job
from techdash.tui.keyboard import Keyed
from techdash.tui.source_rows import Health, Line, SourceRows, details, healths, matching
from techdash.tui.widgets.drawn import Drawn, fit
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.widgets.status_bar import Hint, StatusBar
from techdash.tui.words import Words

if TYPE_CHECKING:
    import sqlite3

    from techdash.tui.app import TechdashApp

Change = Callable[[db.Writer], None]

# Keys of a list that lead out of it have another meaning here.
_OF_LISTS = [
    each for each in bindings("lists") if not each.action.startswith("app.") and each.action != "open"
]
# Keys that make sense for some sources only.
_ONLY_GONE, _ONLY_MOVED, _SWITCH = "source_revive", "source_undo_move", "source_switch"
_UNDO, _REFRESH = "source_undo", "source_refresh"
_OF_A_SOURCE = 10
"""Footer ranks up to this one are those of the source under the cursor; the others hold for all."""


def read_sources(conn: sqlite3.Connection, now: int) -> list[Health]:
    """Every source with its health, in the order of the list."""
    with db.snapshot(conn):
        waits = {one.source.id: until for one, until in sources.waiting(conn, now)}
        return healths(sources.subscriptions(conn), waits, sources.entry_counts(conn), now)


class SourceList(ItemList, inherit_bindings=False):
    """The sources; Enter shows all that is known of one."""

    BINDINGS: ClassVar[list[BindingType]] = list[Binding | tuple[str, str] | tuple[str, str, str]](_OF_LISTS)


class SourceDetail(Drawn, can_focus=True):
    """All that is known of the source under the cursor."""

    def __init__(self, words: Words, zone: tzinfo | None) -> None:
        super().__init__(id="source-detail")
        self._words, self._zone = words, zone
        self._one: Health | None = None
        self._now = 0
        self._lines: list[Line] = []
        self._fitted = 0

    def show(self, one: Health | None, now: int) -> None:
        """Show another source, or the same one as it is by now."""
        if self._one is None or one is None or self._one.id != one.id:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        self._one, self._now, self._fitted = one, now, 0
        self._fit()
        self.refresh()

    def _fit(self) -> None:
        cells = self.cells
        if cells <= 0 or cells == self._fitted:
            return
        self._fitted = cells
        found = details(self._one, self._words, self._now, cells - 3, self._zone) if self._one else []
        self._lines = found
        self.set_height(len(found))

    def render_lines(self, crop: Any) -> list[Strip]:
        self._fit()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        row, cells = y + int(self.scroll_offset.y), self.cells
        if row >= len(self._lines):
            return self.blank(cells)
        return self.strip([("▌ " if self.has_focus else "  ", "bar"), *self._lines[row]], cells)


class Head(Drawn):
    """The first line: how many there are and how many fail; what the refresh is doing."""

    def __init__(self, window: TechdashApp) -> None:
        super().__init__(id="sources-head")
        self._window = window
        self.found: list[Health] = []

    def render_line(self, y: int) -> Strip:
        words, top = self._window.words, self._window.top
        failing = sum(one.standing in TROUBLE for one in self.found)
        spans: Line = [(" ", ""), (words("sources"), "accent strong")]
        spans.append(("   " + words("sources.count", n=len(self.found)), "muted"))
        if failing:
            spans.append(("   " + words("failing_sign", n=failing), "warning"))
        used = sum(width(text) for text, _ in spans)
        room = self.cells - used
        if top.state and width(top.state) + 3 <= room:
            gap = room - width(top.state) - 2
            spans += [(" " * gap, ""), (top.state + "  ", "warning" if top.trouble else "faint")]
        return self.strip(spans, self.cells)


class SourceBar(StatusBar):
    """Two lines: the keys for the source under the cursor, and those for all of them."""

    def __init__(self, words: Words) -> None:
        super().__init__(words, id="sources-bar")
        self._one: Health | None = None
        self._can_undo = False
        self.typing = False
        self.attend("source-list", "sources")

    def show(self, one: Health | None, can_undo: bool) -> None:
        """Offer what makes sense for another source."""
        self._one, self._can_undo = one, can_undo
        self.refresh()

    def render_line(self, y: int) -> Strip:
        self._hints[y] = []
        if y == 0 and self.typing:
            return self.blank(self.cells)
        if y == 0:
            spans, _ = self._keys(
                y,
                [one for one in hints("sources", self.commands) if one.footer <= _OF_A_SOURCE],
                self.cells - 2,
            )
            return self.strip([(" ", ""), *spans], self.cells)
        position = self._positions.get(self.pane)
        right = (f"{self.count}   " if self.count else "") + (f"{position} " if position else "")
        room = self.cells - width(right) - 2
        if self.said or self.keys:
            text, role = (self.said, "text") if self.said else (self.keys, "muted")
            return self.strip([(" ", ""), (fit(text, room) + " ", role), (right, "muted")], self.cells)
        spans, used = self._keys(
            y, [one for one in hints("sources", self.commands) if one.footer > _OF_A_SOURCE], room
        )
        return self.strip([(" ", ""), *spans, (" " * (room + 1 - used), ""), (right, "muted")], self.cells)

    def _keys(self, y: int, commands: list[Command], room: int) -> tuple[Line, int]:
        """As many keys as there is room for, the most useful first; the last (help) always."""
        spans: Line = []
        used = 0
        offered = [
            (key, word, command.id)
            for command in commands
            if (word := self._word(command))
            for key in (_key(command),)
        ]
        for number, (key, word, name) in enumerate(offered):
            need = width(key) + 1 + width(word)
            last = offered[-1] if commands[-1].id == "source_help" else None
            reserve = width(last[0]) + width(last[1]) + 3 if last and number < len(offered) - 1 else 0
            if used + need + reserve > room:
                continue
            gap = 2 if used + need + 2 <= room else 0
            self._hints[y].append(Hint(1 + used, 1 + used + need, name))
            spans += [(key, "accent"), (f" {word}{' ' * gap}", "muted")]
            used += need + gap
        return spans, used

    def _word(self, command: Command) -> str:
        """What a key does for this source, or nothing."""
        one = self._one
        if command.id == _UNDO:
            return command.short(self.words.language) if self._can_undo else ""
        if command.footer <= _OF_A_SOURCE and one is None:
            return ""
        if one is not None:
            if command.id == _REFRESH and one.standing in ("gone", "off"):
                return ""
            if command.id == _ONLY_GONE and one.standing != "gone":
                return ""
            if command.id == _ONLY_MOVED and not one.subscription.state.previous_url:
                return ""
            if command.id == _SWITCH:
                return self.words("key.switch_off" if one.subscription.source.enabled else "key.switch_on")
        return command.short(self.words.language)


def _key(command: Command) -> str:
    return command.key_names().split("  ")[0]


class SourcesScreen(ModalScreen[None], Keyed):
    """Shown over the rooms; its own keys, nothing of what lies below."""

    BINDINGS: ClassVar[list[BindingType]] = list[Binding | tuple[str, str] | tuple[str, str, str]](
        bindings("sources")
    )

    def __init__(self, window: TechdashApp) -> None:
        super().__init__(id="sources-screen")
        self.window = window
        self.words = window.words
        self.all: list[Health] = []
        self.asking = ""
        self.loaded = False
        self._rows = SourceRows([], self.words, 0)
        self._undo: list[tuple[Change, str]] = []
        self.bar = SourceBar(self.words)
        self.bar.commands = window.keyboard.commands
        self._head = Head(window)
        self._list = SourceList(self.bar, id="source-list")
        self._detail = SourceDetail(self.words, days.zone(window.config))
        self._filter = Input(
            placeholder=self.words("sources.filter"), compact=True, select_on_focus=False, id="source-filter"
        )

    def compose(self) -> ComposeResult:
        yield self._head
        with Container(id="sources-desk"):
            with Container(id="sources-left"):
                yield self._filter
                yield self._list
            yield self._detail
        yield self.bar

    def on_mount(self) -> None:
        self._filter.display = False
        self._list.focus()
        self.look_again()

    # -- what is shown

    @property
    def current(self) -> Health | None:
        """The source under the cursor."""
        found = self._rows.found
        return found[self._list.cursor] if found else None

    @job("read the sources", group="sources")
    async def look_again(self) -> None:
        """Ask again for every source; the cursor stays on its own."""
        found = await self.window.gateway.read(read_sources, int(time.time()))
        self.all = found or []
        self.loaded = True
        if not self.window.syncing:
            self.asking = ""
        self._show()

    def told(self) -> None:
        """The refresh has something to say."""
        self._head.refresh()

    def _show(self) -> None:
        now = int(time.time())
        one, at, row = self.current, self._list.cursor, self._list.cursor_row_on_screen
        found = matching(self.all, self._filter.value, self.words)
        self._rows = SourceRows(found, self.words, now, self.asking)
        cursor = next((n for n, other in enumerate(found) if one and other.id == one.id), min(at, len(found)))
        self._list.show(self._rows, cursor, row_on_screen=row if one else None)
        self._head.found = self.all
        self._head.refresh()
        self._tell(now)

    def _tell(self, now: int) -> None:
        self._detail.show(self.current, now)
        self.bar.show(self.current, bool(self._undo))
        if self.loaded and not self._rows.found:
            self.bar.said = self.words("sources.no_match" if self.all else "sources.none")
            self.bar.refresh()

    def on_item_list_moved(self) -> None:
        self._tell(int(time.time()))

    def on_item_list_opened(self) -> None:
        self.action_details()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.set_class(event.widget is self._detail, "detail")
        keys = {"source-detail": "sources.detail_keys", "source-filter": "sources.filter_keys"}
        key = keys.get(event.widget.id or "")
        self.bar.keys = self.words(key) if key else ""
        self.bar.typing = event.widget is self._filter
        self.bar.refresh()

    # -- moving about

    def action_details(self) -> None:
        if self.current is not None:
            self._detail.focus()

    def action_close(self) -> None:
        """From the details to the list, from what was typed to all, and then away."""
        if self._detail.has_focus or self._filter.has_focus:
            self._list.focus()
            if not self._filter.value:
                self._filter.display = False
        elif self._filter.value:
            self._filter.value = ""
            self._filter.display = False
        else:
            self.dismiss()

    def action_filter(self) -> None:
        self._filter.display = True
        self._filter.focus()

    def on_input_changed(self) -> None:
        self.bar.said = ""
        self._show()

    def on_input_submitted(self) -> None:
        self.action_close()

    def key_escape(self, event: events.Key) -> None:
        # before the bindings: Esc in the line empties it
        if self._filter.has_focus:
            event.stop()
            self._filter.value = ""
            self.action_close()

    def on_key(self, event: events.Key) -> None:
        if self._filter.has_focus and event.key in ("down", "up", "pagedown", "pageup"):
            event.stop()
            step = {"down": 1, "up": -1, "pagedown": 10, "pageup": -10}[event.key]
            self._list.action_move(step)

    # -- doing

    def action_say(self, key: str) -> None:
        self.window.say(self.words(key))

    def action_refresh_source(self) -> None:
        one = self.current
        if one is None:
            return
        if one.standing in ("off", "gone"):
            self.window.say(self.words(f"source_{one.standing}", title=one.title))
        elif self.ask(one.id):
            self.window.say(self.words("asked_source", title=one.title))
        else:
            self.window.say(self.words("already_syncing"))

    def ask(self, source_id: str) -> bool:
        """Have one source asked by a child process; False where a refresh is running already."""
        if not self.window.refresh_one(source_id):
            return False
        self.asking = source_id
        self._show()
        return True

    def action_switch(self) -> None:
        one = self.current
        if one is None:
            return
        enabled, id_ = one.subscription.source.enabled, one.id
        self._change(
            lambda db: sources.set_enabled(db, id_, not enabled),
            self.words("switched_off" if enabled else "switched_on", title=one.title),
            undo=lambda db: sources.set_enabled(db, id_, enabled),
        )

    def action_rename(self) -> None:
        one = self.current
        if one is None:
            return
        old, id_ = one.title, one.id

        def rename(title: str | None) -> None:
            if title:
                self._change(
                    lambda db: sources.retitle(db, id_, title),
                    self.words("renamed", title=title),
                    undo=lambda db: sources.retitle(db, id_, old),
                )

        prompt = self.words("rename_prompt", title=old)
        self.app.push_screen(Ask(prompt, old, self.words("rename_keys")), rename)

    def action_kind(self) -> None:
        one = self.current
        if one is None:
            return
        old, id_ = one.subscription.source.kind, one.id

        def choose(number: int | None) -> None:
            if number is None:
                return
            kind = KINDS[number]
            self._change(
                lambda db: sources.set_kind(db, id_, kind),
                self.words("kind_changed", title=one.title, kind=self.words(f"kind.{kind}")),
                undo=lambda db: sources.set_kind(db, id_, old),
                then_ask=id_,
                undo_asks=id_,
            )

        names = [self.words(f"kind.{kind}") for kind in KINDS]
        prompt = self.words("kind_prompt", title=one.title)
        self.app.push_screen(Choose(prompt, names, KINDS.index(old), self.words), choose)

    def action_revive(self) -> None:
        one = self.current
        if one is not None and one.subscription.state.state == "gone":
            id_ = one.id
            said = self.words("revived", title=one.title)
            self._change(lambda db: sources.revive(db, id_), said, then_ask=id_)

    def action_undo_move(self) -> None:
        one = self.current
        if one is not None and one.subscription.state.previous_url:
            id_ = one.id
            self._change(lambda db: sources.undo_move(db, id_), self.words("move_undone", title=one.title))

    def action_remove(self) -> None:
        one = self.current
        if one is not None:
            id_ = one.id
            self._change(
                lambda db: sources.remove(db, id_),
                self.words("removed", title=one.title),
                undo=lambda db: sources.restore(db, id_),
                undo_asks=id_,
            )

    def action_undo(self) -> None:
        if self._undo:
            change, then_ask = self._undo.pop()
            self._change(change, self.words("undone"), then_ask=then_ask)
        else:
            self.window.say(self.words("nothing_to_undo"))

    @job("change a source", group="source-changes", exclusive=False)
    async def _change(
        self,
        change: Change,
        said: str,
        *,
        undo: Change | None = None,
        then_ask: str = "",
        undo_asks: str = "",
    ) -> None:
        """Write a change, say so, and keep its undoing.

        ``then_ask`` is a source to refresh after it, ``undo_asks`` one to refresh after the undoing.
        """
        try:
            await self.window.gateway.write(change)
        except UsageError as error:
            self.window.say(str(error))
            return
        except TechdashError:
            self.window.say(self.words("library_problem"))
            return
        if undo is not None:
            self._undo.append((undo, undo_asks))
        found = await self.window.gateway.read(read_sources, int(time.time()))
        self.all = found or []
        self._show()
        self.window.look_again()
        if then_ask:
            self.ask(then_ask)
        self.window.say(said)

    def action_site(self) -> None:
        one = self.current
        if one is not None:
            self.window.browse(one.subscription.source.site_url or one.subscription.source.url)

    def action_copy_address(self) -> None:
        from techdash.text.urls import without_user

        one = self.current
        if one is not None:
            address = without_user(one.subscription.source.url)
            self.app.copy_to_clipboard(address)
            self.window.say(self.words("copied", text=address))
