"""The sources screen: what stands on it, and every key of it against a real library, child and server."""

from __future__ import annotations

import asyncio
import os
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from techdash.config import Config
from techdash.models.sources import Source, SourceState, Subscription
from techdash.paths import find
from techdash.store import arrivals, db, entries, sources
from techdash.tui import sources_screen
from techdash.tui.app import TechdashApp
from techdash.tui.commands import COMMANDS
from techdash.tui.dialogs import Ask, Choose
from techdash.tui.gateway import Gateway
from techdash.tui.sources_screen import SourceList, SourcesScreen
from techdash.tui.views import read_first
from tests.homes import write_sources
from tests.network import server as loopback
from tests.network.server import Server, answer
from tests.store.build import NOW, plan, planned
from tests.tui.conftest import MakeApp, screen_text
from tests.tui.test_window import until, until_text

SCREENS = Path(__file__).parent / "screens"
SIZES = {"wide": (200, 60), "middle": (120, 40), "narrow": (80, 24), "small": (60, 20)}
HOUR, DAY = 3600, 86400
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title><link>https://a.example/</link>
<item><title>First post</title><guid>1</guid><link>https://a.example/1</link>
<pubDate>Tue, 12 May 2026 09:00:00 GMT</pubDate><description>Words.</description></item></channel></rss>"""
TITLE = "[b]bold[/b] [@click=app.quit]x[/]"
MOVED = "It has moved here for good, from https://former.example/feed; the move can be undone."
XML = [("Content-Type", "application/rss+xml")]


def feed(title: str = "A feed") -> bytes:
    return answer(headers=XML, body=FEED.format(title=title).encode())


def fine(**more: object) -> SourceState:
    return SourceState("ok", NOW - 1200, NOW - 1200, NOW + 2700, http=200, last_new=NOW - 3 * HOUR, **more)  # type: ignore[arg-type]


# Everything that a source can be; titles and errors as foreigners write them.
SOURCES: dict[str, tuple[Source, SourceState, int]] = {
    source.id: (source, state, number)
    for source, state, number in (
        (
            Source("frontier", "https://blog.example/rss.xml", "digest", "recsys-frontier 推荐前沿"),
            fine(max_age=43200),
            21,
        ),
        (
            Source("shut", "https://shut.example/rss.xml", "article", "Shut News", site_url="https://shut.example"),
            SourceState(
                "failed", NOW - 2 * HOUR, NOW - 3 * DAY, NOW + 6 * HOUR, failures=4, http=403,
                error_kind="http", failing_since=NOW - 2 * DAY,
                error="The server forbids reading this (403). Next try after 4 days.",
            ),
            12,
        ),
        (
            Source("cert", "https://user:secret@cert.example/feed", "article", TITLE),
            SourceState(
                "failed", NOW - 2 * HOUR, None, NOW + HOUR, failures=1, error_kind="certificate",
                failing_since=NOW - 2 * HOUR, error="The certificate of cert.example has expired. [/x]",
            ),
            0,
        ),
        (
            Source("gone", "https://old.example/feed", "article", "A blog that is no more"),
            SourceState(
                "gone", NOW - 5 * DAY, NOW - 40 * DAY, failures=2, http=410, error_kind="http",
                error="It is gone for good (410). It is asked no more.",
            ),
            9,
        ),
        (
            Source("moved", "https://new.example/feed", "essay", "A blog that moved"),
            fine(
                previous_url="https://former.example/feed",
                moved_note=MOVED,
            ),
            8,
        ),
        (
            Source("untidy", "https://untidy.example/feed", "essay", "科学空间 Scientific Spaces：数学"),
            fine(note="imperfect XML; 300 of 900 entries kept"),
            3,
        ),
        (
            Source("waits", "https://wait.example/rss", "article", "机器之心"),
            SourceState(
                "failed", NOW - HOUR, NOW - 30 * HOUR, NOW + HOUR, NOW + 2 * HOUR, http=429,
                error_kind="wait",
                error="wait.example asked to be left alone until 12:00.",
            ),
            5,
        ),
        (Source("off", "https://off.example/", "article", "Switched off", enabled=False), SourceState(), 2),
        (Source("new", "https://new-paper.example/feed", "paper", "Papers to come"), SourceState(), 0),
        (
            Source("quiet", "https://quiet.example/feed", "article", "A quiet one"),
            SourceState("ok", NOW - HOUR, NOW - HOUR, NOW + 11 * HOUR, http=304, last_new=NOW - 120 * DAY),
            1,
        ),
    )
}  # fmt: skip


def build(library: Path) -> None:
    with closing(db.connect_writer(library)) as writer:
        for source, state, number in SOURCES.values():
            sources.subscribe(writer, source, NOW - 60 * DAY)
            brought = [
                planned(f"{source.id}-{n}", kind=source.kind, url=f"https://p.example/{source.id}/{n}")
                for n in range(number)
            ]
            arrivals.apply(writer, plan(source.id, brought, state=state))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("sources") / "library.db"
    build(library)
    return library


@pytest.fixture
def home(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose library has a source of each standing; the refresh knows of no others."""
    monkeypatch.setenv("TZ", "UTC")
    home = tmp_path / "home"
    write_sources(home, starter=False)
    (home / "library.db").write_bytes(built.read_bytes())
    return home


@pytest.fixture
def window(home: Path) -> Callable[..., TechdashApp]:
    def make(**settings: object) -> TechdashApp:
        gateway = Gateway(find(str(home)))
        config = Config(**{"refresh": False, "language": "en", **settings})  # type: ignore[arg-type]
        first = gateway.submit(read_first)
        first.result(20)
        return TechdashApp(gateway, config, first, str(home))

    return make


@pytest.fixture
async def site() -> AsyncIterator[Server]:
    """A publisher on this machine."""
    server = Server()
    listening = await loopback.start(server)
    yield server
    await server.stop()
    for each in listening:
        each.close()


def stored(home: Path, name: str) -> Subscription:
    with closing(db.connect_reader(home / "library.db")) as conn:
        found = sources.find(conn, name)
        assert found is not None
        return found


def point(home: Path, name: str, url: str) -> None:
    """Let a source have another address."""
    with closing(db.connect_writer(home / "library.db")) as writer, db.writing(writer):
        db.update(writer, "sources", name, {"url": url, "url_key": url, "host": "127.0.0.1"})


async def opened(pilot: Pilot[int], name: str = "") -> SourcesScreen:
    """The screen, its cursor on a source."""
    app: TechdashApp = pilot.app  # type: ignore[assignment]
    await until(pilot, lambda: app.furnished)
    await pilot.press("S")
    await until(pilot, lambda: isinstance(app.screen, SourcesScreen) and app.screen.loaded)
    screen = app.screen
    assert isinstance(screen, SourcesScreen)
    if name:
        at = next(number for number, one in enumerate(screen._rows.found) if one.id == name)
        await pilot.press("g", *["j"] * at)
        assert screen.current is not None
        assert screen.current.id == name
    return screen


# -- what stands there


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_screen_looks_as_it_did(
    window: Callable[..., TechdashApp], monkeypatch: pytest.MonkeyPatch, size: str, language: str
) -> None:
    if language == "zh" and size not in ("middle", "narrow"):
        return
    monkeypatch.setattr(sources_screen, "time", SimpleNamespace(time=lambda: NOW))
    app = window(language=language)
    async with app.run_test(size=SIZES[size]) as pilot:
        await opened(pilot, "shut" if size != "small" else "gone")
        await app.workers.wait_for_complete()
        await pilot.pause()
        seen = screen_text(app) + "\n"
    file = SCREENS / f"sources-{size}-{language}.txt"
    if os.environ.get("TECHDASH_SCREENS") == "write":
        file.write_text(seen, "utf-8")
    assert seen == file.read_text("utf-8")


async def test_failing_ones_stand_first_and_then_each_kind(window: Callable[..., TechdashApp]) -> None:
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        order = [one.id for one in screen._rows.found]
        assert order == [
            *("cert", "shut", "gone", "frontier", "moved", "untidy", "waits", "quiet", "off", "new"),
        ]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.desk)
        await until(pilot, lambda: screen_text(app).splitlines()[-1].endswith("3 failing  S"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("frontier", ["21 unread of 21", "1 h, as usual"]),
        (
            "shut",
            ["forbids reading this (403)", "It keeps readers out.", "4 in a row, since 10 May 10:00", "403"],
        ),
        ("cert", ["has expired. [/x]", "Only its owner can mend", "https://cert.example/feed", "never"]),
        ("gone", ["gone for good (410)", "v tries it once again"]),
        ("moved", ["https://former.example/feed", "M goes back to its former address."]),
        ("untidy", ["imperfect XML; 300 of 900 entries kept", "Nothing need be done."]),
        ("waits", ["asked to be left alone", "in 2 h, 12 May 12:00"]),
        ("off", ["It is not asked. d switches it on."]),
        ("new", ["It has not been asked yet. r asks it now.", "last read never"]),
        ("quiet", ["12 h, it has been quiet", "120 d ago", "304"]),
    ],
)
async def test_all_that_is_known_of_one_is_shown(
    window: Callable[..., TechdashApp], monkeypatch: pytest.MonkeyPatch, name: str, said: list[str]
) -> None:
    monkeypatch.setattr(sources_screen, "time", SimpleNamespace(time=lambda: NOW))
    app = window()
    async with app.run_test(size=(200, 60)) as pilot:
        screen = await opened(pilot, name)
        await pilot.pause()
        shown = " ".join("".join(text for text, _ in line) for line in screen._detail._lines)
        for words in said:
            assert words in " ".join(shown.split())
        assert "secret" not in screen_text(app)


async def test_a_narrow_window_shows_one_whole_on_enter(window: Callable[..., TechdashApp]) -> None:
    app = window()
    async with app.run_test(size=(60, 20)) as pilot:
        await opened(pilot, "shut")
        assert "failures" not in screen_text(app)
        await pilot.press("enter")
        await until_text(pilot, "4 in a row")
        assert "Switched off" not in screen_text(app)
        await pilot.press("escape")
        await until_text(pilot, "A blog that is no more")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.desk)


async def test_typing_narrows_the_list_and_esc_brings_all_back(window: Callable[..., TechdashApp]) -> None:
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await pilot.press("slash", *"blog ar")
        await until(pilot, lambda: [one.id for one in screen._rows.found] == ["gone"])
        assert "K kind" not in screen_text(app)
        await pilot.press("enter")
        assert isinstance(app.focused, SourceList)
        await pilot.press("slash", "q", "q")
        await until_text(pilot, "No source matches. Esc clears.")
        await pilot.press("escape")
        await until(pilot, lambda: len(screen._rows.found) == len(SOURCES))
        await pilot.press("slash", *"FAILING")
        await until(pilot, lambda: {one.id for one in screen._rows.found} == {"shut", "cert"})
        await pilot.press("down")
        assert screen.current is not None
        assert screen.current.id == "shut"


async def test_five_hundred_cost_no_more_than_what_is_seen_of_them(
    home: Path, window: Callable[..., TechdashApp]
) -> None:
    with closing(db.connect_writer(home / "library.db")) as writer:
        many = [Source(f"s{n}", f"https://{n}.example/", "article", f"Source {n}") for n in range(500)]
        sources.subscribe_all(writer, many, NOW)
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        assert len(screen._rows.found) == 510
        drawn: list[int] = []
        line = screen._rows.line
        screen._rows.line = lambda index, width: (drawn.append(index), line(index, width))[1]  # type: ignore[method-assign]
        await pilot.press("j")
        await pilot.pause()
        assert len(drawn) <= 2
        drawn.clear()
        await pilot.press("G")
        await pilot.pause()
        assert 0 < len(drawn) <= 2 * 40


async def test_the_sign_in_the_last_line_leads_to_the_screen(window: Callable[..., TechdashApp]) -> None:
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "3 failing")
        at = screen_text(app).splitlines()[-1].index("3 failing")
        await pilot.click(app.bar, offset=(at, 0))
        await until(pilot, lambda: isinstance(app.screen, SourcesScreen))


async def test_no_key_of_the_rooms_reaches_them_from_here(
    window: Callable[..., TechdashApp], make_app: MakeApp
) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "FRIDAY 5 JUNE")
        marks = [item.marks for item in app.digest.items]
        await opened(pilot)
        await pilot.press("m", "s", "L", "A", "2", "n", "[", "z")
        await pilot.pause()
        assert isinstance(app.screen, SourcesScreen)
        await app.workers.wait_for_complete()
        assert [item.marks for item in app.digest.items] == marks
        assert (app.room, app.digest.day) == ("digest", "2026-06-05")


async def test_every_command_of_the_screen_is_in_its_palette(window: Callable[..., TechdashApp]) -> None:
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, "shut")
        offered = {found.title: found.callback for found in app.get_system_commands(screen)}
        assert set(offered) >= {one.en for one in COMMANDS if one.where == "sources"} - {"Command palette"}
        await pilot.press("colon", *"switch off", "enter")
        await until(pilot, lambda: screen.current is not None and screen.current.standing == "off")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.desk)
        assert "Sources and their health" in {found.title for found in app.get_system_commands(app.desk)}


# -- what can be done


async def test_d_switches_off_and_on_and_u_undoes(home: Path, window: Callable[..., TechdashApp]) -> None:
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, "quiet")
        await pilot.press("d")
        await until_text(pilot, "A quiet one is asked no more. u undoes.")
        assert not stored(home, "quiet").source.enabled
        await pilot.press("u")
        await until_text(pilot, "Undone.")
        assert stored(home, "quiet").source.enabled
        await pilot.press("u")
        await until_text(pilot, "Nothing to undo.")


async def test_t_renames_and_u_undoes(home: Path, window: Callable[..., TechdashApp]) -> None:
    app = window()
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, "cert")
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        app.screen.query_one(Input).value = ""
        await pilot.press(*"[i]My title", "enter")
        await until_text(pilot, "Renamed to [i]My title. u undoes.")
        assert stored(home, "cert").source.title == "[i]My title"
        await pilot.press("u")
        await until_text(pilot, "Undone.")
        assert stored(home, "cert").source.title == TITLE
        await pilot.press("t", "escape")
        await until(pilot, lambda: isinstance(app.screen, SourcesScreen))


async def test_capital_k_changes_the_kind_of_a_source_and_of_what_it_brought(
    home: Path, window: Callable[..., TechdashApp], site: Server
) -> None:
    point(home, "quiet", site.url("/feed"))
    site.say("/feed", feed())
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, "quiet")
        await pilot.press("K")
        await until(pilot, lambda: isinstance(app.screen, Choose))
        await pilot.press("up", "enter")
        await until_text(pilot, "A quiet one: Essays. u undoes.")
        assert stored(home, "quiet").source.kind == "essay"
        with closing(db.connect_reader(home / "library.db")) as conn:
            titles = {row.title for row in entries.essays(conn, offset=0, limit=50)}
        assert "Title of quiet-0" in titles
        # and it is asked again, for what it brings is to be read anew
        await until(pilot, lambda: bool(site.asked("/feed")))
        await until(pilot, lambda: not app.syncing and screen.asking == "")


async def test_o_opens_its_site(window: Callable[..., TechdashApp], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(webbrowser, "open", asked.append)
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, "shut")
        await pilot.press("o")
        await until(pilot, lambda: bool(asked))
        assert asked == ["https://shut.example"]
        await pilot.press("y")
        await until_text(pilot, "Copied: https://shut.example/rss.xml")
        assert app.clipboard == "https://shut.example/rss.xml"


async def test_r_asks_one_and_its_state_follows(
    home: Path, window: Callable[..., TechdashApp], site: Server
) -> None:
    point(home, "shut", site.url("/feed"))
    go_on = asyncio.Event()

    async def slowly(_: object, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        writer.write(feed())

    site.do("/feed", slowly)
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, "shut")
        await pilot.press("r")
        await until_text(pilot, "asking")
        await until(pilot, lambda: bool(site.asked("/feed")))
        # the window goes on meanwhile
        await pilot.press("j", "k", "r")
        await until_text(pilot, "A refresh is already running.")
        go_on.set()
        await until(pilot, lambda: not app.syncing and screen.asking == "")
        await until(pilot, lambda: any(one.id == "shut" and one.standing == "ok" for one in screen.all))
        assert screen.current is not None
        assert screen.current.id == "shut"
        await until_text(pilot, "2 failing")
    assert [request.path for request in site.requests] == ["/feed"]


async def test_h25_v_has_a_gone_one_asked_again(
    home: Path, window: Callable[..., TechdashApp], site: Server
) -> None:
    point(home, "gone", site.url("/feed"))
    site.say("/feed", feed())
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, "gone")
        assert "v try again" in screen_text(app)
        await pilot.press("r")
        await until_text(pilot, "A blog that is no more is gone; v tries it once more.")
        assert site.requests == []
        await pilot.press("v")
        await until(pilot, lambda: any(one.id == "gone" and one.standing == "ok" for one in screen.all))
        await until(pilot, lambda: not app.syncing)
        assert "v try again" not in screen_text(app)
    assert len(site.asked("/feed")) == 1


async def test_h12_capital_m_takes_a_move_back(home: Path, window: Callable[..., TechdashApp]) -> None:
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot, "moved")
        assert "M move back" in screen_text(app)
        await pilot.press("M")
        await until_text(pilot, "A blog that moved is back at its former address.")
        found = stored(home, "moved")
        assert found.source.url == "https://former.example/feed"
        assert found.state.move_refused == "https://new.example/feed"
        assert "M move back" not in screen_text(app)


async def test_capital_d_removes_and_u_brings_all_back(
    home: Path, window: Callable[..., TechdashApp], site: Server
) -> None:
    point(home, "quiet", site.url("/feed"))
    site.say("/feed", feed())
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot, "quiet")
        before = stored(home, "quiet")
        await pilot.press("D")
        await until_text(pilot, "A quiet one is removed. u brings all of it back.")
        assert "quiet" not in {one.id for one in screen.all}
        assert screen.current is not None
        with closing(db.connect_reader(home / "library.db")) as conn:
            assert sources.entry_counts(conn)["quiet"] == (0, 0)
        await pilot.press("u")
        await until(pilot, lambda: "quiet" in {one.id for one in screen.all})
        assert stored(home, "quiet").source == before.source
        with closing(db.connect_reader(home / "library.db")) as conn:
            assert sources.entry_counts(conn)["quiet"][0] >= 1
        await until(pilot, lambda: not app.syncing)


async def test_export_and_import_name_their_commands(window: Callable[..., TechdashApp]) -> None:
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("e")
        await until_text(pilot, "techdash sources export > sources.opml")
        await pilot.press("i")
        await until_text(pilot, "techdash sources import FILE.opml")


async def test_a_failing_source_stays_quiet_while_one_reads(
    home: Path, window: Callable[..., TechdashApp], site: Server
) -> None:
    point(home, "quiet", site.url("/broken"))
    site.say("/broken", answer("500 Internal Server Error"))
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        await until_text(pilot, "3 failing")
        focused = app.focused
        assert app.refresh_one("quiet")
        await until_text(pilot, "4 failing")
        assert app.screen is app.desk
        assert app.focused is focused
        assert not app._notifications
        await until(pilot, lambda: not app.syncing)


# -- adding


async def type_address(pilot: Pilot[int], address: str) -> None:
    await pilot.press("a")
    await until(pilot, lambda: pilot.app.screen.id == "add-source")
    pilot.app.screen.query_one(Input).value = address
    await pilot.press("enter")


async def test_a_adds_a_feed_from_the_lists(
    home: Path, window: Callable[..., TechdashApp], site: Server
) -> None:
    site.say("/feed", feed("Added [b]feed[/b]"))
    app = window()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.furnished)
        await type_address(pilot, site.url("/feed"))
        await until_text(pilot, "Subscribed to Added [b]feed[/b].")
        assert app.screen is app.desk
        found = stored(home, site.url("/feed"))
        # it is fetched by itself
        await until(pilot, lambda: stored(home, found.source.id).state.state == "ok")
        await until(pilot, lambda: not app.syncing)


async def test_h58_a_page_with_several_feeds_offers_them(
    home: Path, window: Callable[..., TechdashApp], site: Server
) -> None:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" title="Feed {name}" href="/{name}.xml">'
        for name in ("one", "two")
    )
    page = f"<!doctype html><html><head><title>Site</title>{links}</head><body>Hi.</body></html>"
    site.say("/", answer(headers=[("Content-Type", "text/html")], body=page.encode()))
    for name in ("one", "two"):
        site.say(f"/{name}.xml", feed(f"Feed {name}"))
    app = window()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(pilot)
        await type_address(pilot, site.url("/"))
        await until_text(pilot, "There are several; choose one.")
        assert "Feed one" in screen_text(app)
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: any(one.title == "Feed two" for one in screen.all))
        assert "Feed one" not in {one.title for one in screen.all}
        await until(pilot, lambda: not app.syncing)


async def test_what_can_not_be_added_is_said_in_words(
    home: Path, window: Callable[..., TechdashApp], site: Server
) -> None:
    app = window()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.furnished)
        await type_address(pilot, "https://former.example/feed")
        await until_text(pilot, "https://former.example/feed is subscribed to already")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.desk)
        await type_address(pilot, site.url("/nothing"))
        await until_text(pilot, "There is no feed at")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.desk)


async def test_h35_esc_leaves_while_a_server_keeps_silent(
    window: Callable[..., TechdashApp], site: Server
) -> None:
    site.do("/feed", loopback.hang)
    app = window()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.furnished)
        await type_address(pilot, site.url("/feed"))
        await until(pilot, lambda: bool(site.asked("/feed")))
        assert "Looking at" in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.desk)
