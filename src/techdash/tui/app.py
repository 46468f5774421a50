"""The window: puts rooms and reader together, dispatches commands, follows the library and the child."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Coroutine, Iterable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from textual import events
from textual.app import App, ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.css.errors import StylesheetError
from textual.css.tokenizer import TokenError
from textual.errors import NoWidget
from textual.screen import ModalScreen, Screen
from textual.timer import Timer
from textual.widget import Widget

from techdash import assets, days
from techdash.config import column_within
from techdash.errors import TechdashError
from techdash.store import db, editions, marks
from techdash.text.clean import one_line
from techdash.tui import announcing, themes
from techdash.tui.chosen import STATE, chosen, to_keep
from techdash.tui.commands import Where, bindings
from techdash.tui.desk import Desk, fitting
from techdash.tui.jobs import job
from techdash.tui.keyboard import Keyboard
from techdash.tui.messages import (
    Browse,
    OpenEntry,
    Preview,
    Say,
    UnreadChanged,
)
from techdash.tui.sync import Sync
from techdash.tui.views import FirstView, next_unread_day, read_again
from techdash.tui.widgets.day_strip import DayStrip
from techdash.tui.widgets.item_list import ItemList
from techdash.tui.widgets.pane import Pane
from techdash.tui.widgets.status_bar import ROOMS, StatusBar, TopBar
from techdash.tui.words import Words

if TYPE_CHECKING:
    from techdash.config import Config
    from techdash.models.entries import Entry
    from techdash.models.parsed import Card
    from techdash.query import Query
    from techdash.tui.add_source import Added
    from techdash.tui.gateway import Gateway
    from techdash.tui.marking import Mark
    from techdash.tui.rooms.cheatsheet import CheatSheetRoom
    from techdash.tui.rooms.digest import DigestRoom
    from techdash.tui.rooms.essays import EssayRoom
    from techdash.tui.rooms.reader import Reader
    from techdash.tui.search_screen import SearchScreen
    from techdash.tui.settling import Following
    from techdash.tui.sources_screen import SourcesScreen

Room = Literal["digest", "essays", "cheatsheet"]

_ROOM_OF: dict[str, Room] = {
    "digest-list": "digest",
    "essay-list": "essays",
    "card-list": "cheatsheet",
    "card-detail": "cheatsheet",
    "finder": "cheatsheet",
    "fill-line": "cheatsheet",
    "card-note-area": "cheatsheet",
    "digest-line-input": "digest",
    "essay-line-input": "essays",
}

# Parts of the reader and of the cheat-sheet that have keys of their own, and the words that name them.
_KEYS_OF = {
    "finder": "keys.finder",
    "fill-line": "keys.fill",
    "card-detail": "keys.card",
    "card-note-area": "keys.card_note",
    "note": "keys.note",
    "find-input": "keys.find",
    "outline-input": "keys.outline",
    "hint-keys": "keys.hints",
    "digest-line-input": "keys.narrow",
    "essay-line-input": "keys.narrow",
}

POLL = 1.0
# So much more than POLL between two looks, in seconds: the machine slept, or its clock was set.
ASLEEP = 60.0
SAID_FOR = 6.0
PREVIEW_AFTER = 0.15
FIRST_WAIT = 0.5
SAVE_AFTER = 1.0
STYLES = ("base.tcss", "rooms.tcss", "widgets.tcss", "narrow.tcss")


class TechdashApp(App[int]):
    """Three rooms and a reader over one library."""

    # plain attributes, as Textual declares them
    CSS_PATH = [assets.folder("styles") / name for name in STYLES]  # noqa: RUF012
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (180, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = list[Binding | tuple[str, str] | tuple[str, str, str]](
        bindings("anywhere")
    )
    TITLE = "techdash"
    ENABLE_COMMAND_PALETTE = True

    # what isn't in the first frame is built behind it
    digest: DigestRoom
    essays: EssayRoom
    reader: Reader
    cheatsheet: CheatSheetRoom

    def __init__(
        self, gateway: Gateway, config: Config, first: Future[FirstView | None], home: str | None
    ) -> None:
        # without colours there are no greys either: Textual takes them off where they are the terminal's own
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.animation_level = "none"
        self.gateway = gateway
        self.config = config
        self.words = Words(config.language, config.dates)
        self.keyboard = Keyboard(self, config.keys)
        self.room: Room = "digest"
        # by name and not by a query: messages still come while the window closes, its widgets already gone
        self.top = TopBar(self.words, id="top-bar")
        self.bar = StatusBar(self.words, id="status-bar")
        self.bar.commands = self.keyboard.commands
        self._first = _result(first)
        self._home_folder = home
        self._sync = Sync(self, home)
        self._sources: SourcesScreen | None = None
        self._search: SearchScreen | None = None
        # whether what is read was opened from the search, to which the back key leads then
        self._found = False
        self._version = self._first.version if self._first else None
        self._asking_again = asyncio.Lock()
        self._looked = time.time()
        self._today = ""
        self._saying = 0.0
        self._preview: Timer | None = None
        self._dressed = False
        self.furnished = False
        self._early: list[events.Key] = []
        state = self._first.state if self._first else {}
        self._restored: dict[str, Any] = state
        for theme in themes.OURS:
            self.register_theme(theme)
        self.few_colours = self.no_color or self.console.color_system in (None, "standard")
        # sixteen colours have no tints: what ours would say with them the terminal's own say with signs
        wanted = themes.TERMINAL.name if self.few_colours else chosen(state, "theme", config.theme)
        self.theme = wanted if wanted in self.available_themes else themes.DARK.name
        self.following: Following | None = None
        self.told_title = ""
        self._wrong = ""
        if gateway.paths.config.with_name("custom.tcss").exists():
            from techdash.tui import custom_styles

            self._wrong = custom_styles.put_on(self)
        if self.theme != wanted:
            from techdash.tui import settling

            self._wrong = settling.no_theme(self, wanted)

    def get_css_variables(self) -> dict[str, str]:
        return themes.complete(super().get_css_variables())

    def refresh_css(self, animate: bool = True) -> None:
        """Style again after a change of theme; before the first styling its colours alone are needed."""
        if self._dressed:
            try:
                super().refresh_css(animate)
            except (StylesheetError, TokenError):
                # a colour that the reader's own styles name is not one of this theme
                from techdash.tui import custom_styles

                self.say(custom_styles.take_off(self))
                super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def compose(self) -> ComposeResult:
        """The digest alone, or the text that was being read; the rest is built behind the first frame."""
        self._dressed = True
        self.strip = DayStrip(self.words, id="day-strip")
        yield self.top
        yield self.strip
        with Pane(id="desk"):
            with Pane(id="lists"):
                if not self._reads_on:
                    yield self._build_digest()
            if self._reads_on:
                yield self._build_reader()
        yield self.bar

    def get_default_screen(self) -> Screen[Any]:
        # the classes from the start: given later, everything would be styled twice
        classes = f"room-{self._restored_room} reading" if self._reads_on else "room-digest"
        classes += f" {self.config.density}"
        classes += " zen" if self._restored.get("zen") else ""
        classes += f" {fitting(self, self.size.width)}"
        return Desk(id="_default", classes=classes, widths=self._restored.get("widths"))

    @property
    def _reads_on(self) -> bool:
        """Whether a text was being read when the window was closed: the first frame shows it then."""
        return self._first is not None and self._first.reading_on is not None

    @property
    def _restored_room(self) -> Room:
        room = self._restored.get("room")
        return room if room in ROOMS else "digest"

    def _build_digest(self) -> DigestRoom:
        from techdash.tui.rooms.digest import DigestRoom

        day = self._first.day if self._first else None
        cursors = {str(day): str(key) for day, key in (self._restored.get("cursors") or {}).items()}
        tab = self._restored.get("edition")
        tab = tab if isinstance(tab, str) else None
        self.digest = DigestRoom(self.gateway, self.words, self.strip, self.bar, day, cursors, tab)
        self.digest.compact = self.config.density == "compact"
        self.digest.begin_with_rising(self._restored.get("rising"))
        return self.digest

    def _build_reader(self) -> Reader:
        from techdash.tui.languages import Choice
        from techdash.tui.rooms.reader import Reader

        choice = Choice(self.words.language, self._restored.get("language"))
        self.reader = Reader(self.gateway, self.words, self.config, choice)
        self.reader.view.column = column_within(chosen(self._restored, "column", self.config.column))
        return self.reader

    async def _furnish(self) -> None:
        """Build behind the first frame what is not in it."""
        from techdash.tui.rooms.cheatsheet import CheatSheetRoom
        from techdash.tui.rooms.essays import EssayRoom

        lists, beside = self.query_one("#lists"), self.query_one("#desk")
        if self._reads_on:
            await lists.mount(self._build_digest())
        else:
            await beside.mount(self._build_reader())
        essays = self._first.essays if self._first else None
        self.essays = EssayRoom(self.gateway, self.words, self.bar, essays, self.reader.choice)
        self.essays.compact = self.config.density == "compact"
        self.cheatsheet = CheatSheetRoom(self.gateway, self.words, self.bar, self._restored.get("sheet"))
        await lists.mount(self.essays)
        await beside.mount(self.cheatsheet)
        self._settle_in()
        self.gateway.warm()

    def _settle_in(self) -> None:
        """All is there: do what was asked meanwhile."""
        self.furnished = True
        self.digest.tell()
        self._restore()
        self.keyboard.tell_problems()
        if self._wrong:
            self.say(self._wrong)
        self.answer_waiting()
        self.cheatsheet.load()
        self.set_interval(POLL, self._poll)
        self.set_timer(POLL, self._look_at_health)
        if self.config.refresh or self._first is None:
            self._sync.start()

    async def on_event(self, event: events.Event) -> None:
        """Keys pressed while the rooms are still being built wait for them, and for a macro to end."""
        if isinstance(event, events.Key) and (not self.furnished or self.keyboard.busy):
            self._early.append(event)
        else:
            await super().on_event(event)

    async def on_key(self, event: events.Key) -> None:
        await self.keyboard.answer(event)

    def answer_waiting(self) -> None:
        """Answer the keys that had to wait."""
        for event in self._early:
            self.post_message(event)
        self._early.clear()

    # -- parts

    @property
    def desk(self) -> Desk:
        """The screen with the rooms, whatever stands over it."""
        return cast("Desk", self.screen_stack[0])

    @property
    def reading(self) -> bool:
        """Whether the reader has the keys."""
        focused = self.desk.focused
        return focused is not None and any(node.id == "reader" for node in focused.ancestors)

    # -- life

    def on_mount(self) -> None:
        self._follow_the_clock()
        first = self._first
        if first is not None and first.reading_on is not None:
            self._enter(self._restored_room)
            self.bar.attend("document", "reader")
            self.desk.set_focus(self.reader.view)
            self.reader.read_on(first.reading_on, first.place)
            self.call_after_refresh(self._furnish)
            return
        self._enter("digest")
        self.bar.attend("digest-list", "lists")
        self.digest.item_list.focus()
        if self._first is None:
            self.say(self.words("preparing"))
        if self._first is None or self._first.day is None:
            self.call_after_refresh(self._furnish)

    async def on_digest_shown(self) -> None:
        if not self.furnished:
            await self._furnish()

    def _restore(self) -> None:
        """What was on screen when the window was last closed."""
        self.watch(self.desk, "focused", self._focus_changed)
        narrowed = self._restored.get("narrowed")
        for room, typed in zip((self.digest, self.essays), narrowed or (), strict=False):
            if typed and isinstance(typed, str):
                room.narrow_again(typed)
        if self._reads_on:
            return
        if self._restored_room != "digest":
            self._go_to_room(self._restored_room)
        opened = self._restored.get("opened")
        if isinstance(opened, int):
            self.reader.open(opened, focus=False)

    def _go_to_room(self, room: Room) -> None:
        self._enter(room)
        # at once: the next key may be on its way already
        self.desk.set_focus(self._home(room))
        if room == "cheatsheet":
            # what is typed next takes the place of what was looked for before
            self.cheatsheet.finder.select_all()

    def _enter(self, room: Room) -> None:
        """Make a room the one in use."""
        self.room = room
        for name in ROOMS:
            self.desk.set_class(name == room, f"room-{name}")
        if self.desk.widths:
            self.desk.fit_lists()
        self.top.room = room
        self.top.refresh()

    def _home(self, room: Room) -> Widget:
        """What takes the keys in a room."""
        if room == "digest":
            return self.digest.item_list
        return self.essays.item_list if room == "essays" else self.cheatsheet.finder

    def _focus_changed(self, focused: Widget | None) -> None:
        self.desk.set_class(self.reading, "reading")
        named = _KEYS_OF.get((focused and focused.id) or "")
        keys = self.words(named) if named else ""
        if isinstance(focused, ItemList) and focused.selected is not None:
            from techdash.tui import marking

            keys = marking.keys_of_several(self)
        if self.reading:
            self.bar.attend("document", "reader", keys)
            self.reader.tell_position()
        else:
            # Tab or a click may have led into another room
            room = _ROOM_OF.get((focused and focused.id) or "")
            if room is not None and room != self.room:
                self._enter(room)
            lists = self._current_room()
            where: Where = "sheet" if self.room == "cheatsheet" else "lists"
            self.bar.attend(lists.item_list.id or "", where, keys)
            lists.tell()
        announcing.title(self)

    def _current_room(self) -> DigestRoom | EssayRoom | CheatSheetRoom:
        return self.cheatsheet if self.room == "cheatsheet" else self.list_room

    @property
    def list_room(self) -> DigestRoom | EssayRoom:
        return self.essays if self.room == "essays" else self.digest

    # -- following the library

    @job("look for changes", group="poll")
    async def _poll(self) -> None:
        self._follow_the_clock()
        self._follow_settings()
        version = await self.gateway.read(db.data_version)
        if version is not None and version != self._version:
            self._version = version
            await self.read_again()

    @job("look at the settings", group="settings", exclusive=False)
    async def _follow_settings(self) -> None:
        if self.following is None:
            from techdash.tui.settling import Following

            self.following = Following(self.gateway)
        await self.following.look(self)

    def _follow_the_clock(self) -> None:
        """Another day, or another zone, is named; after a sleep what fell due meanwhile is asked."""
        now, today = time.time(), days.today(self.config)
        slept, self._looked = now - self._looked > ASLEEP, now
        if today != self._today:
            self._today = today
            self.top.date = self.words.day(today)
            self.top.refresh()
        # timers stand still while a machine sleeps
        if slept and self.config.refresh and self.furnished:
            self._sync.start()

    def on_library_changed(self) -> None:
        if self.furnished:
            self.look_again()

    @job("read what is on screen again", group="look")
    async def look_again(self) -> None:
        """Ask again for what is on screen, moving nothing."""
        await self.read_again()

    async def read_again(self) -> None:
        """Ask again for what is on screen, moving nothing."""
        # one after the other: what moved is counted from what was shown when this was asked
        async with self._asking_again:
            await self._read_again()
        self._look_at_health()

    async def _read_again(self) -> None:
        asked, cursor, turns = self.digest.day, self.essays.item_list.cursor, self.essays.turns
        found = await self.gateway.read(read_again, asked, *self.essays.asked)
        if found is not None:
            day, essays = found
            # keys pressed meanwhile count: they are not undone by an answer to what was asked before
            walked = self.digest.day != asked
            if not walked:
                self.digest.refresh_day(day)
            same_list = turns == self.essays.turns
            moved = self.essays.item_list.cursor - cursor if same_list else 0
            self.essays.refresh_list(essays, moved=moved)
            self.essays.read_lists()
            self.cheatsheet.load()
            self.reader.look_again()
            if self._search is not None and self._search.is_current:
                self._search.look_again()
            if self._first is None:
                self._first = FirstView({}, day, essays)
                self.say("")
            if walked:
                self.call_later(self.look_again)

    @job("count failing sources", group="health")
    async def _look_at_health(self) -> None:
        """The quiet sign in the last line, and the sources screen where it is open."""
        from techdash.store import sources

        self.bar.warn(await self.gateway.read(sources.failing) or 0)
        if self._sources is not None:
            self._sources.look_again()

    # -- messages

    def on_open_entry(self, message: OpenEntry) -> None:
        self._found = False
        self.reader.open(message.entry_id, quote=message.quote)

    def on_opened(self) -> None:
        announcing.title(self)
        self._save_soon()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if self.config.reduced_motion and hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False

    def on_state_changed(self) -> None:
        self._save_soon()

    def _save_soon(self) -> None:
        """Keep the state behind what is to be painted now: a window that is killed opens as it was."""
        self.set_timer(SAVE_AFTER, self._save_state)

    def on_text_selected(self) -> None:
        """What was selected with the mouse is copied when the button is let go, as terminals do."""
        text = self.screen.get_selected_text()
        if text:
            self.copy_to_clipboard(text)
            self.say(self.words("copied", text=" ".join(text.split())))

    def on_preview(self, message: Preview) -> None:
        if not self.furnished or message.room != self.room:
            return
        # painting the reader at every step of the cursor would make a held key stutter
        if self._preview is not None:
            self._preview.stop()
        self._preview = self.set_timer(PREVIEW_AFTER, partial(self._show_preview, message))

    def _show_preview(self, message: Preview) -> None:
        self._preview = None
        self.reader.preview(message.title, message.meta, message.text)
        if message.entry_id is not None:
            self._read_ahead(message.entry_id)

    @job("read ahead", group="ahead")
    async def _read_ahead(self, entry_id: int) -> None:
        """What the cursor rests on is what will be opened: have its document at hand."""
        await self.gateway.document(entry_id)

    @property
    def resting(self) -> bool:
        """Whether a preview is still to come: the cursor has not rested long enough."""
        return self._preview is not None

    def on_say(self, message: Say) -> None:
        self.say(message.text)

    def say(self, text: str) -> None:
        """Show one short line for a while, on whatever screen there is."""
        # what a file of the reader's, a program or the system said may stand in it
        text = one_line(text)
        self._tell_bars(text)
        self._saying = time.monotonic() if text else 0.0
        self.set_timer(SAID_FOR, self._unsay)

    def _unsay(self) -> None:
        if time.monotonic() - self._saying >= SAID_FOR - 0.1:
            self._tell_bars("")

    def _tell_bars(self, text: str) -> None:
        for screen in (self, self._sources, self._search):
            if screen is not None:
                screen.bar.said = text
                screen.bar.refresh()

    def on_unread_changed(self, message: UnreadChanged) -> None:
        if self.top.unread.get(message.room) != message.unread:
            self.top.unread[message.room] = message.unread
            self.top.refresh()
            announcing.title(self)

    def tell_terminal(self, sequence: str) -> None:
        """Send a control sequence that shows nothing in the window."""
        if self._driver is not None:
            self._driver.write(sequence)

    def show_sync(self, text: str, *, trouble: bool = False) -> None:
        """The sync's state in the first line."""
        if (self.top.state, self.top.trouble) != (text, trouble):
            self.top.state, self.top.trouble = text, trouble
            self.top.refresh()
            if self._sources is not None:
                self._sources.told()

    def on_top_bar_chosen(self, message: TopBar.Chosen) -> None:
        self.action_room(message.room)

    def on_day_strip_chosen(self, message: DayStrip.Chosen) -> None:
        self.digest.go(message.day)

    def on_day_strip_month_wanted(self) -> None:
        self.action_pick_day()

    def on_item_list_selecting(self, message: ItemList.Selecting) -> None:
        self._focus_changed(self.desk.focused)

    def on_browse(self, message: Browse) -> None:
        self._browse(message.url)

    def on_at_end(self) -> None:
        self.action_next_unread(1)

    def report(self, what: str, error: Exception) -> None:
        """A job failed: one line for the user, the traceback for the log."""
        self.gateway.note(what, error)
        self.say(self.words("failed_job", path=self.gateway.paths.log))

    # -- commands

    def action_room(self, room: str) -> None:
        self._found = False
        self._go_to_room(room)  # type: ignore[arg-type]
        self._save_state()

    async def action_back(self, may_quit: bool = True) -> None:
        if not self.reading and self.room != "cheatsheet" and self.list_room.item_list.selected is not None:
            self.list_room.item_list.end_selection()
            return
        if not self.reading and self.room != "cheatsheet" and self.list_room.widen():
            return
        if self.room == "digest" and not self.reading and self.digest.leave_trend():
            return
        if self.room == "cheatsheet" and not self.reading and self.cheatsheet.leave():
            return
        if self.desk.has_class("zen"):
            self.action_zen()
        elif self.reading:
            # back to what had the keys: from a page to its card
            self.desk.set_focus(self.cheatsheet.home if self.room == "cheatsheet" else self._home(self.room))
            self.reader.keep_place()
            if self._found:
                self.action_search()
        elif may_quit:
            await self.action_quit()

    async def action_quit(self) -> None:
        self._sync.stop()
        self.reader.keep_place()
        self.cheatsheet.keep_note()
        self._save_state()
        await asyncio.sleep(0)
        await asyncio.to_thread(self.gateway.close)
        self.exit(0)

    @job("keep the state", group="state", exclusive=False)
    async def _save_state(self) -> None:
        if self._first is None:
            return
        essay, _ = self.essays.asked
        state = {
            "room": self.room,
            "day": self.digest.day,
            "cursors": self.digest.kept_cursors(),
            "edition": self.digest.tab,
            "essay": essay,
            "language": self.essays.choice.kept,
            "sheet": self.cheatsheet.kept,
            "opened": self.reader.entry_id,
            "reading": self.reading,
            "zen": self.desk.has_class("zen"),
            "widths": self.desk.widths,
            "rising": self.digest.rising_alone,
            "narrowed": [self.digest.narrowed_by, self.essays.narrowed_by],
            **to_keep(self._restored, "theme", self.theme, self.config.theme, self.few_colours),
            **to_keep(self._restored, "column", self.reader.view.column, self.config.column),
        }
        if state != self._restored:
            await self.gateway.write(marks.save_state, STATE, state)
            self._restored = state

    def action_walk_day(self, step: int) -> None:
        if self.room == "cheatsheet":
            return
        if self.room != "digest":
            self._go_to_room("digest")
        self.digest.walk(step)

    def action_today(self) -> None:
        today = days.today(self.config)
        self._go_to_room("digest")
        self._go_to_day(today)

    def action_next_edition(self) -> None:
        if self.room == "essays":
            self.essays.next_list()
            return
        self._go_to_room("digest")
        self.digest.next_edition()
        self._save_soon()

    def action_turn_pages(self) -> None:
        self._go_to_room("digest")
        self.digest.turn_pages()
        self._save_soon()

    def action_pick_day(self) -> None:
        from techdash.tui.month_screen import MonthScreen

        today = days.today(self.config)
        screen = MonthScreen(self.gateway, self.words, self.digest.day or today, today)
        self.push_screen(screen, self._picked)

    def _picked(self, day: str | None) -> None:
        if day is not None:
            self._go_to_room("digest")
            self.digest.go(day)

    @job("export", group="export", exclusive=False)
    async def action_export(self) -> None:
        from techdash.tui import exporting

        await exporting.ask(self)

    @job("pipe to a command", group="pipe", exclusive=False)
    async def action_pipe(self) -> None:
        from techdash.tui import piping

        await piping.ask(self)

    def action_quote(self) -> None:
        from techdash.tui import piping

        piping.quote(self)

    @property
    def searched(self) -> Query | None:
        """The query whose results are on the screen: of the search, or of a list of essays."""
        search = self._search
        if search is not None and search.is_current:
            return search.line.meant or None
        return self.essays.wanted if self.room == "essays" and not self.reading else None

    @job("go to today", group="day")
    async def _go_to_day(self, day: str) -> None:
        found = await self.gateway.read(editions.day_row, day)
        latest = day if found else await self.gateway.read(editions.latest)
        if latest is None:
            return
        self.digest.go(latest)
        if latest != day:
            self.say(self.words("no_today", day=self.words.short_day(latest)))

    def action_next_unread(self, step: int) -> None:
        if self.room == "cheatsheet":
            if self.reading:
                self.cheatsheet.step(step)
            return
        room = self.list_room
        reading = self.reading
        if room.next_unread(step):
            if reading:
                room.item_list.action_open()
        elif room is self.digest:
            self._next_unread_day(step)
        else:
            self.say(self.words("nothing_unread_here"))

    @job("find an unread day", group="day")
    async def _next_unread_day(self, step: int) -> None:
        day = self.digest.day
        if day is None:
            return
        found = await self.gateway.read(next_unread_day, day, step)
        if found is None:
            self.say(self.words("nothing_unread_at_all"))
            return
        self.digest.go(found, first_unread=True)

    def action_step(self, step: int) -> None:
        """The next or previous item without leaving the reader."""
        if self.room == "cheatsheet":
            self.cheatsheet.step(step)
            return
        entry_id = self.list_room.step(step)
        if entry_id is not None:
            self.reader.open(entry_id)

    def action_mark(self, name: Mark) -> None:
        from techdash.tui import marking

        self.carry_out(marking.mark(self, name))

    def action_mark_all(self) -> None:
        from techdash.tui import marking

        self.carry_out(marking.mark_all(self))

    def action_mark_beside(self, step: int) -> None:
        from techdash.tui import marking

        self.carry_out(marking.mark_beside(self, step))

    def action_tag(self) -> None:
        from techdash.tui import marking

        self.carry_out(marking.ask_tags(self))

    def action_note(self) -> None:
        from techdash.tui import noting

        self.carry_out(noting.write(self))

    @job("mark", group="marks", exclusive=False)
    async def carry_out(self, change: Coroutine[Any, Any, None]) -> None:
        """Change marks beside everything else."""
        await change

    def title_of(self, entry_id: int) -> str:
        """The title of an entry that stands on the screen."""
        entry = self.reader.entry
        if self.reading and entry is not None:
            return entry.row.title
        essay = self.essays.find(entry_id)
        if essay is not None:
            return essay.title
        rows = (row for row in self.digest.items if row.entry_id == entry_id)
        row = next(rows, None)
        return (row.item or row.edition).title if row is not None else ""

    @job("want more or less of something", group="marks", exclusive=False)
    async def action_want(self, liking: int) -> None:
        from techdash.tui import tasting

        await tasting.want(self, liking)

    def want_name(self, wanted: tuple[str, int] | None) -> None:
        """Want more (1), less (-1) or neither (0) of something, where that was chosen."""
        if wanted is not None:
            self._settle(*wanted)

    @job("want more or less of a name", group="marks", exclusive=False)
    async def _settle(self, name: str, liking: int) -> None:
        from techdash.tui import tasting

        await tasting.settle(self, name, liking)

    @job("say why an item is here", group="why")
    async def action_why(self) -> None:
        from techdash.tui import tasting

        await tasting.why(self)

    @job("split a story", group="marks", exclusive=False)
    async def action_split(self) -> None:
        from techdash.tui import splitting

        await splitting.split(self)

    def action_undo(self) -> None:
        self._undo(marks.undo, "undone", "nothing_to_undo")

    def action_redo(self) -> None:
        self._undo(marks.redo, "redone", "nothing_to_redo")

    @job("undo or redo", group="marks", exclusive=False)
    async def _undo(self, change: Any, done: str, nothing: str) -> None:
        from techdash.tui import tasting

        try:
            found, is_taste = await self.gateway.write(
                tasting.take_back, self.config, change, self.digest.day, int(time.time())
            )
        except TechdashError:
            self.say(self.words("library_problem"))
            return
        if is_taste:
            tasting.follow_tastes(self)
        await self.read_again()
        self.say(self.words(done if found else nothing))

    def action_refresh_all(self) -> None:
        if not self._sync.start("--force"):
            self.say(self.words("already_syncing"))

    def action_refresh_source(self) -> None:
        source = self._source_id()
        if source and not self._sync.start("--force", "--source", source):
            self.say(self.words("already_syncing"))

    @property
    def syncing(self) -> bool:
        """Whether a refresh of this window is running."""
        return self._sync.running

    def refresh_one(self, source_id: str) -> bool:
        """Refresh one source; False where a refresh is running already."""
        return self._sync.start("--force", "--source", source_id)

    def action_sources(self) -> None:
        from techdash.tui.sources_screen import SourcesScreen

        if self._sources is None:
            self._sources = SourcesScreen(self)
            self.push_screen(self._sources, self._sources_closed)

    def _sources_closed(self, _: None) -> None:
        self._sources = None

    def on_status_bar_warned(self) -> None:
        self.action_sources()

    async def on_status_bar_hinted(self, message: StatusBar.Hinted) -> None:
        await self.keyboard.do(message.command)

    def on_click(self, event: events.Click) -> None:
        """A click beside what is laid over the screen closes it."""
        over = self.screen
        if isinstance(over, ModalScreen) and event.widget is over:
            with suppress(NoWidget):  # it is on its way already
                if over.get_widget_at(*event.screen_offset)[0] is over:
                    over.dismiss(None)

    def action_add_source(self) -> None:
        from techdash.tui.add_source import AddSource

        self.push_screen(AddSource(self.gateway, self.words, self._home_folder), self._added)

    def _added(self, added: Added | None) -> None:
        if added is not None:
            self.look_again()
            # one that runs already ends soon, and the new one is due at once
            self.refresh_one(added.id)
            self.say(self.words("added", title=added.title))

    def action_full_text(self) -> None:
        """Fetch the page of the open entry, for the whole of its text; once it is here, change to and fro."""
        entry = self.reader.entry
        if entry is not None and entry.has_both:
            self._change_text(entry)
        elif entry is None or not entry.row.url.startswith(("http://", "https://")):
            self.say(self.words("no_link"))
        elif entry.has_page and not entry.note:
            self.say(self.words("page_here"))
        elif not self._sync.start("--entry", str(entry.row.id)):
            self.say(self.words("already_syncing"))

    @job("change the text", group="text")
    async def _change_text(self, entry: Entry) -> None:
        """From the page's text to the feed's own, or back."""
        from techdash.store import articles

        await self.gateway.write(articles.show, entry.row.id, of_feed=entry.has_page)
        self.reader.look_again()
        self.say(self.words("feeds_own" if entry.has_page else "page_came"))

    def _source_id(self) -> str:
        if self.room == "essays":
            current = self.essays.current
            return current.source_id if current else ""
        item = self.digest.current
        return item.edition.source_id if item else ""

    async def action_language(self) -> None:
        """Chinese, English, both: of the text that is read, or of the list of essays."""
        if self.reading:
            await self.reader.walk_language()
        elif self.room == "essays":
            self.essays.walk_language()
        elif self.room == "cheatsheet":
            self.cheatsheet.action_language()
        else:
            self.say(self.words("language_of_essays"))

    def on_language_chosen(self) -> None:
        self.essays.language_chosen()
        self._save_state()

    def action_browser(self) -> None:
        self._browse(self._url())

    def _url(self) -> str:
        if self.reading and self.reader.entry is not None:
            return self.reader.entry.row.url
        if self.room == "essays":
            current = self.essays.current
            return current.url if current else ""
        if self.room == "cheatsheet":
            card = self.cheatsheet.current
            return card.source if card else ""
        item = self.digest.current
        return item.url if item else ""

    def browse(self, url: str) -> None:
        """Open an address in the browser."""
        self._browse(url)

    @job("open the browser", group="browser", exclusive=False)
    async def _browse(self, url: str) -> None:
        import webbrowser

        from techdash.text.urls import web_link

        link = web_link(url)
        if link is None:
            self.say(self.words("no_link"))
            return
        await asyncio.to_thread(webbrowser.open, link)
        self.say(self.words("opened_browser"))

    def action_comments(self) -> None:
        entry = self.reader.entry
        if self.reading and entry is not None and entry.comments_url:
            self._browse(entry.comments_url)
        else:
            self.say(self.words("no_comments"))

    def action_copy_link(self) -> None:
        url = self._url()
        if url:
            self.copy_to_clipboard(url)
        self.say(self.words("copied", text=url) if url else self.words("no_link"))

    @job("copy as Markdown", group="copy", exclusive=False)
    async def action_copy_markdown(self) -> None:
        entry, document = self.reader.entry, self.reader.document
        if entry is None or document is None:
            return

        from techdash.exports.notes import as_markdown

        self.copy_to_clipboard(await self.gateway.aside(partial(as_markdown, entry, document)))
        self.say(self.words("copied", text=entry.row.title))

    def action_zen(self) -> None:
        self.desk.toggle_class("zen")
        self.desk.fit_lists()
        self._save_soon()

    def action_list_width(self, change: int) -> None:
        if self.desk.widen_lists(change):
            self._save_soon()

    def action_narrow(self) -> None:
        if self.room == "cheatsheet":
            self._go_to_room("cheatsheet")
        else:
            self.list_room.narrow()

    def action_keep_search(self) -> None:
        from techdash.tui import keeping

        keeping.keep(self)

    def action_remove_list(self) -> None:
        if self.room == "essays":
            self.carry_out(self.essays.remove_list())

    def action_text_width(self, change: int) -> None:
        view = self.reader.view
        view.set_column(column_within(view.column + change))
        self.reader.fit_pictures()
        self.reader.moved()
        self._save_soon()

    def action_search(self) -> None:
        from techdash.tui.search_screen import SearchScreen

        if self._search is None:
            self._search = SearchScreen(self)
            self.install_screen(self._search, "search")
        if self._search not in self.screen_stack:
            self._found = False
            self.push_screen("search")

    def search_left(self) -> None:
        """From the search back to where it was asked for."""
        self._found = False
        self.pop_screen()

    def open_found(self, entry_id: int, quote: str) -> None:
        """Read what was found, at the words that were looked for."""
        self.pop_screen()
        self._found = True
        self.reader.open(entry_id, quote=quote)

    def open_card(self, card: Card) -> None:
        """Show a card that was found in its sheet."""
        self.search_left()
        self._go_to_room("cheatsheet")
        self.cheatsheet.show_card(card)

    def action_help(self) -> None:
        from techdash.tui.help import Help

        self.push_screen(Help(self.words, self.keyboard.commands), self._do)

    def _do(self, command: str | None) -> None:
        if command is not None:
            self.call_later(self.keyboard.do, command)

    def action_jump(self) -> None:
        from techdash.tui.jumping import jump

        jump(self)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        from techdash.tui.palette import offered

        return offered(self, screen)

    @job("refresh in a child process", group="sync", exclusive=False)
    async def run_sync(self, sync: Coroutine[Any, Any, None]) -> None:
        """Run one refresh beside everything else."""
        await sync

    async def next_due(self) -> int | None:
        """When the next source falls due, in seconds since 1970."""
        from techdash.store import sources

        return await self.gateway.read(sources.next_due)


def _result(first: Future[FirstView | None]) -> FirstView | None:
    """What was read while Textual was imported; None where there is no library, or it is not readable yet."""
    try:
        return first.result(FIRST_WAIT)
    except (TimeoutError, TechdashError, sqlite3.Error):
        return None
