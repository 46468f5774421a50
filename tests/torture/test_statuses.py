"""H24 to H34: servers without a document, servers that want to be left alone, when each is asked again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.network.feeds import rss
from tests.network.server import answer
from tests.torture.rig import DAY, HOUR, LIMITS, NOW, Rig
from tests.torture.server import Site, forms

MINUTE = 60
DATE = ("Date", "Tue, 12 May 2026 10:00:00 GMT")
Names = dict[str, list[list[str]]]
# No address of loopback is public: 127.0.0.4 plays one under the name public.example.
PUBLIC = "public.example"


def is_private(address: str) -> bool:
    return address != "127.0.0.4"


@pytest.fixture
def public(site: Site, names: Names) -> Callable[[str], str]:
    """The address of a path on the public host."""
    names[PUBLIC] = [["127.0.0.4"]]
    return lambda path: site.url(path, PUBLIC)


def feed(name: str = "a", entries: int = 3, *headers: tuple[str, str]) -> bytes:
    return answer(headers=[DATE, *headers], body=rss(name, entries))


def test_h24_statuses_without_a_document(rig: Rig, site: Site) -> None:
    slow = (401, 403, 404, 451)
    statuses = (*slow, 204, 205, 206, 500, 502, 504, 599, 600)
    for n in statuses:
        body = b"" if n in (204, 205) else rss("x", 2)
        site.say(
            f"/h24/{n}",
            feed("old"),
            answer(f"{n} Whatever", [("ETag", '"x"')], body, None if n == 204 else -1),
        )
    rig.subscribe({f"s{n}": site.url(f"/h24/{n}") for n in statuses})
    rig.refresh()
    ran = rig.refresh(after=DAY)
    for n in statuses:
        it = ran[f"s{n}"]
        assert (it.status, it.kind, it.state["http"], it.said["http"]) == ("failed", "http", n, n)
        assert (it.entries, it.etag) == (3, None)  # what it had stays, nothing is made up
        wait = DAY if n in slow else HOUR
        assert wait <= it.wait <= 1.15 * wait
    errors = {ran[f"s{n}"].error for n in statuses}
    assert len(errors) == len(statuses)
    again = rig.refresh(after=8 * DAY)
    for n in statuses:
        wait = 2 * (DAY if n in slow else HOUR)
        assert wait <= again[f"s{n}"].wait <= 1.15 * wait
        assert again[f"s{n}"].state["failures"] == 2


def test_h25_gone_twice_is_asked_no_more(rig: Rig, site: Site) -> None:
    rig.subscribe({"a": site.say("/h25", feed(), answer("410 Gone"))})
    rig.refresh()
    once = rig.refresh(after=DAY)["a"]
    assert (once.status, once.state["state"], once.entries) == ("failed", "failed", 3)
    twice = rig.refresh(after=25 * HOUR + 4 * HOUR)["a"]
    assert (twice.status, twice.state["state"], twice.entries) == ("gone", "gone", 3)
    asked = len(site.asked("/h25"))
    ran = rig.refresh("--force", after=30 * DAY)
    assert ("a" in ran.sources, len(site.asked("/h25"))) == (False, asked)
    assert "gone" in rig.program("sources").out
    # Switched on again, it gets another try.
    assert rig.program("sources", "enable", "a").code == 0
    assert rig.refresh(after=DAY)["a"].state["state"] == "failed"


def test_h26_gone_once_and_back(rig: Rig, site: Site) -> None:
    rig.subscribe({"a": site.say("/h26", answer("410 Gone"), feed(), answer("410 Gone"))})
    assert rig.refresh()["a"].status == "failed"
    a = rig.refresh(after=2 * DAY)["a"]
    assert (a.status, a.state["state"], a.state["failures"], a.entries) == ("new", "ok", 0, 3)
    assert rig.refresh(after=2 * DAY)["a"].state["state"] == "failed"  # it begins anew


def test_h27_h31_a_server_that_asks_us_to_wait(rig: Rig, site: Site, public: Callable[[str], str]) -> None:
    wait = answer("429 Too Many Requests", [DATE, ("Retry-After", "7200")])
    site.say("/h27/a", wait, feed())
    rig.subscribe({"a": public("/h27/a"), "b": public("/h27/b"), "c": public("/h27/c")})
    for name in "bc":
        site.say(f"/h27/{name}", feed(name))
    ran = rig.refresh(is_private=is_private, gap=0.0, limits=LIMITS)
    asked = {it.path for it in site.asked("/h27/")}
    told = [name for name in "abc" if ran[name].status in ("failed", "skipped")]
    assert "a" in told
    a = ran["a"]
    assert (a.kind, a.state["failures"], a.wait) == ("wait", 0, 7200)
    assert "12:00" in a.error
    # Those of the host that came after it were not asked, and say why.
    assert asked == {f"/h27/{name}" for name in "abc" if name not in told or name == "a"}
    assert all("12:00" in ran[name].error for name in told)
    # H31: by hand neither, until the moment that it named.
    before = len(site.asked("/h27/"))
    forced = rig.refresh("--force", after=7100, is_private=is_private, gap=0.0)
    assert {forced[name].status for name in "abc"} == {"skipped"}
    assert all("12:00" in forced[name].error for name in "abc")
    assert len(site.asked("/h27/")) == before
    after = rig.refresh("--force", after=200, is_private=is_private, gap=0.0)
    assert after["a"].status == "new"


def test_h27_a_private_host_may_be_many_servers(rig: Rig, site: Site) -> None:
    wait = answer("429 Too Many Requests", [DATE, ("Retry-After", "7200")])
    rig.subscribe({"a": site.say("/h27p/a", wait), "b": site.say("/h27p/b", feed("b"))})
    ran = rig.refresh()
    assert (ran["a"].kind, ran["b"].status) == ("wait", "new")


PAST, SOON, FAR = (forms([seconds]) for seconds in (-HOUR, 2 * HOUR, 400 * DAY))
WAITS = {
    **{f"form{n}": (form, 2 * HOUR) for n, form in enumerate(SOON)},
    **{
        f"far{n}": (form, 31 * DAY) for n, form in enumerate(FAR[::2])
    },  # RFC 850's two digits are of this century
    **{f"past{n}": (form, 30 * MINUTE) for n, form in enumerate(PAST)},
    "seconds": ("7200", 2 * HOUR),
    "few": ("120", 30 * MINUTE),
    "below": ("-5", 30 * MINUTE),
    "word": ("xyz", 30 * MINUTE),
    "many": ("999999999", 31 * DAY),
    "huge": ("9" * 400, 31 * DAY),
    "zero": ("0", 30 * MINUTE),
    "half": ("120.5", 30 * MINUTE),
    "foreign": ("١٢٠", 30 * MINUTE),
    "control": ("7200\x01", 30 * MINUTE),
}


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_h28_how_long_a_server_asks_us_to_wait(rig: Rig, site: Site, status: str) -> None:
    urls = {
        name: site.say(
            f"/h28/{status[:3]}/{name}",
            answer(status, [DATE, ("Retry-After", value.encode())]),  # type: ignore[list-item]
        )
        for name, (value, _) in WAITS.items()
    }
    rig.subscribe(urls)
    ran = rig.refresh()
    assert {name: (ran[name].wait, ran[name].kind, ran[name].state["failures"]) for name in WAITS} == {
        name: (wait, "wait", 0) for name, (_, wait) in WAITS.items()
    }
    assert all(ran[name].state["not_before"] == NOW + ran[name].wait for name in WAITS)


def test_h29_without_a_word_it_doubles(rig: Rig, site: Site) -> None:
    rig.subscribe({"a": site.say("/h29", answer("429 Too Many Requests"))})
    waits = [rig.refresh()["a"].wait]
    for _ in range(7):
        waits.append(rig.refresh(after=waits[-1])["a"].wait)
    assert [wait // MINUTE for wait in waits] == [30, 60, 120, 240, 480, 960, 1440, 1440]
    assert len(site.asked("/h29")) == 8


def test_h30_after_a_wait_all_is_well(rig: Rig, site: Site) -> None:
    wait = answer("503 Service Unavailable", [DATE, ("Retry-After", "3600")])
    rig.subscribe({"a": site.say("/h30", wait, feed())})
    assert rig.refresh()["a"].kind == "wait"
    a = rig.refresh(after=HOUR)["a"]
    assert (a.status, a.state["state"], a.state["failures"], a.state["error"]) == ("new", "ok", 0, "")
    assert a.state["not_before"] <= rig.now
    assert HOUR <= a.wait <= 1.15 * HOUR


FRESH = {
    "half-a-day": ([("Cache-Control", "max-age=43200")], 12 * HOUR),
    "sixteen-years": ([("Cache-Control", "public, max-age=504921600")], DAY),
    "no-cache": ([("Cache-Control", "no-cache, max-age=6000")], HOUR),
    "no-store": ([("Cache-Control", "no-store, max-age=43200")], HOUR),
    "nought": ([("Cache-Control", "max-age=0")], HOUR),
    "two": ([("Cache-Control", "max-age=60"), ("Cache-Control", "max-age=43200")], 12 * HOUR),
    "quoted": ([("Cache-Control", 'max-age="43200"')], 12 * HOUR),
    "below": ([("Cache-Control", "max-age=-43200")], HOUR),
    "huge": ([("Cache-Control", "max-age=" + "9" * 300)], DAY),
    "wins": ([("Cache-Control", "max-age=43200"), ("Expires", "Tue, 12 May 2026 23:59:59 GMT")], 12 * HOUR),
}
EXPIRES = {
    "nought": ("0", HOUR),
    "below": ("-1", HOUR),
    "past": ("Tue, 12 May 2026 09:00:00 GMT", HOUR),
    "later": ("Tue, 12 May 2026 20:00:00 GMT", 10 * HOUR),
    "never": ("Fri, 31 Dec 9999 23:59:59 GMT", DAY),
    "too-large": ("Fri, 31 Dec 99999 23:59:59 GMT", HOUR),
    "word": ("whenever", HOUR),
}


def channel(name: str, inside: str) -> bytes:
    return rss(name, 2).replace(b"<title>", inside.encode() + b"<title>", 1)


EVERY_HOUR = "".join(f"<hour>{n}</hour>" for n in range(24))
EVERY_DAY = "".join(
    f"<day>{day}</day>"
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
)
HINTS = {
    "ttl-1": ("<ttl>1</ttl>", HOUR),
    "ttl-720": ("<ttl>720</ttl>", 12 * HOUR),
    "ttl-999999": ("<ttl>999999</ttl>", DAY),
    "ttl-word": ("<ttl>soon</ttl>", HOUR),
    "ttl-below": ("<ttl>-60</ttl>", HOUR),
    "all-hours": (f"<skipHours>{EVERY_HOUR}</skipHours>", HOUR),
    "all-days": (f"<skipDays>{EVERY_DAY}</skipDays>", HOUR),
    "nonsense": ("<skipHours><hour>99</hour><hour>x</hour></skipHours><skipDays><day/></skipDays>", HOUR),
}


def _waits(rig: Rig, urls: dict[str, str], wanted: dict[str, int]) -> None:
    rig.subscribe(urls)
    ran = rig.refresh()
    assert {name: ran[name].status for name in urls} == dict.fromkeys(urls, "new")
    for name, wait in wanted.items():
        assert wait <= ran[name].wait <= 1.15 * wait, name


def test_h32_how_long_an_answer_is_fresh(rig: Rig, site: Site) -> None:
    urls = {name: site.say(f"/h32/{name}", feed(name, 2, *headers)) for name, (headers, _) in FRESH.items()}
    _waits(rig, urls, {name: wait for name, (_, wait) in FRESH.items()})


def test_h33_when_an_answer_expires(rig: Rig, site: Site) -> None:
    urls = {
        name: site.say(f"/h33/{name}", feed(name, 2, ("Expires", date)))
        for name, (date, _) in EXPIRES.items()
    }
    _waits(rig, urls, {name: wait for name, (_, wait) in EXPIRES.items()})


def test_h34_what_the_feed_says_of_visits(rig: Rig, site: Site) -> None:
    urls = {
        name: site.say(f"/h34/{name}", answer(body=channel(name, inside)))
        for name, (inside, _) in HINTS.items()
    }
    _waits(rig, urls, {name: wait for name, (_, wait) in HINTS.items()})


def test_h34_hours_and_days_to_be_skipped(rig: Rig, site: Site) -> None:
    """NOW is a Tuesday, ten o'clock: all hours but 20 and 21 are skipped, all days but Friday."""
    hours = "".join(f"<hour>{n}</hour>" for n in range(24) if n not in (20, 21))
    urls = {
        "hours": site.say("/h34/h", answer(body=channel("hours", f"<skipHours>{hours}</skipHours>"))),
        "days": site.say(
            "/h34/d",
            answer(
                body=channel("days", f"<skipDays>{EVERY_DAY.replace('<day>Friday</day>', '')}</skipDays>")
            ),
        ),
    }
    rig.subscribe(urls)
    ran = rig.refresh()
    assert 10 * HOUR <= ran["hours"].wait < 12 * HOUR
    assert 2 * DAY + 14 * HOUR <= ran["days"].wait < 3 * DAY + 14 * HOUR
