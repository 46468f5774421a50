"""Sources as lines: the list by standing and kind, and all that is known of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo

from msgspec import Struct

from techdash.models.sources import KINDS, Subscription
from techdash.standing import STANDINGS, TROUBLE, Standing, advice_of, pace_of, standing_of
from techdash.text.cells import width
from techdash.text.clean import one_line
from techdash.text.linebreak import breaks
from techdash.text.urls import host, without_user
from techdash.tui.widgets.drawn import Spans, fit
from techdash.tui.words import Words

Line = list[tuple[str, str]]

_STANDING, _UNREAD, _MOMENT = 11, 11, 9
# From so many cells on there is room for the counts, for the moments of the last and the next visit, and for
# the host.
_COUNTED, _TIMED, _HOSTED = 50, 66, 100
_HOST = 30
_ROLES: dict[Standing, str] = {
    "failing": "error",
    "gone": "error",
    "waiting": "warning",
    "moved": "accent",
    "untidy": "warning",
    "new": "muted",
    "ok": "muted",
    "off": "faint",
}


class Health(Struct, frozen=True):
    """A source as the screen shows it."""

    subscription: Subscription
    standing: Standing
    wait_until: int = 0
    total: int = 0
    unread: int = 0

    @property
    def id(self) -> str:
        return self.subscription.source.id

    @property
    def title(self) -> str:
        return self.subscription.source.title


def healths(
    found: list[Subscription], waits: Mapping[str, int], counts: Mapping[str, tuple[int, int]], now: int
) -> list[Health]:
    """Sources in the order of the list: those in trouble, then by kind; what wants attention first."""
    made = []
    for one in found:
        wait = waits.get(one.source.id, 0)
        made.append(Health(one, standing_of(one, wait, now), wait, *counts.get(one.source.id, (0, 0))))
    return sorted(
        made,
        key=lambda one: (
            -1 if one.standing in TROUBLE else KINDS.index(one.subscription.source.kind),
            STANDINGS.index(one.standing),
            one.title.casefold(),
            one.id,
        ),
    )


def matching(found: list[Health], query: str, words: Words) -> list[Health]:
    """The sources whose title, id, address, kind or standing has every word of a query."""
    wanted = query.casefold().split()
    if not wanted:
        return found

    def text(one: Health) -> str:
        source = one.subscription.source
        named = (words(f"kind.{source.kind}"), words(f"standing.{one.standing}"))
        parts = (one.title, one.id, without_user(source.url), source.kind, one.standing, *named)
        return " ".join(parts).casefold()

    return [one for one in found if all(word in text(one) for word in wanted)]


class SourceRows:
    """The list: a line for the columns, then a line a source under the names of its groups."""

    def __init__(self, found: list[Health], words: Words, now: int, asking: str = "") -> None:
        self.found = found
        self.words = words
        self.now = now
        self.asking = asking
        self._groups = [self._group(one) for one in found]
        self._lines: list[int | str] = []
        self._first: list[int] = []
        before = ""
        for number, group in enumerate(self._groups):
            if group != before:
                self._lines += ["", group] if before else [group]
                before = group
            self._first.append(len(self._lines))
            self._lines.append(number)

    def _group(self, one: Health) -> str:
        if one.standing in TROUBLE:
            return self.words("sources.trouble")
        return self.words(f"kind.{one.subscription.source.kind}")

    def fit(self, cells: int) -> None:
        pass

    @property
    def line_count(self) -> int:
        return len(self._lines)

    @property
    def item_count(self) -> int:
        return len(self.found)

    def item_at(self, line: int) -> int | None:
        found = self._lines[line]
        return found if isinstance(found, int) else None

    def lines_of(self, item: int) -> tuple[int, int]:
        return (self._first[item], 1) if self._first else (0, 0)

    def line(self, index: int, width: int) -> Spans:
        found = self._lines[index]
        if isinstance(found, str):
            return self._heading(found, width) if found else []
        one = self.found[found]
        standing, role = self._standing(one)
        left = [(fit(standing, _STANDING), role)]
        dim = "faint" if one.standing == "off" else "text"
        unread = "unread" if one.unread and one.standing != "off" else dim
        right = list(self._columns(one, width))
        room = width - _STANDING - sum(cells for _, cells, _ in right)
        spans = [*left, (fit(one.title or one.id, room - 1) + " ", unread)]
        return [*spans, *((fit(text, cells, right=True), role) for text, cells, role in right)]

    def _heading(self, name: str, width: int) -> Spans:
        """A group's name; the first one's line says what the columns are."""
        number = sum(group == name for group in self._groups)
        head: Line = [(name.upper(), "section"), (f"  {number}", "faint")]
        if name != self._groups[0]:
            return head
        words = self.words
        columns = [("column.unread", _UNREAD)] if width >= _COUNTED else []
        if width >= _TIMED:
            columns += [("column.last", _MOMENT), ("column.next", _MOMENT)]
        right: Line = [(fit(words(key), cells, right=True), "faint") for key, cells in columns]
        used = _cells(head) + _cells(right)
        return [*head, (" " * max(0, width - used), ""), *right]

    def _standing(self, one: Health) -> tuple[str, str]:
        if one.id == self.asking:
            return self.words("standing.asking"), "accent"
        word = self.words(f"standing.{one.standing}")
        failures = one.subscription.state.failures
        if one.standing == "failing" and failures > 1:
            word += f" {failures}"
        return word, _ROLES[one.standing]

    def _columns(self, one: Health, width: int) -> Iterator[tuple[str, int, str]]:
        state = one.subscription.state
        if width >= _HOSTED:
            yield fit(host(one.subscription.source.url), _HOST - 1), _HOST, "faint"
        if width >= _COUNTED:
            yield f"{one.unread}/{one.total}", _UNREAD, "muted"
        if width >= _TIMED:
            yield (ago(self.words, state.last_ok, self.now, short=True), _MOMENT, "muted")
            due = (
                ""
                if one.standing in ("off", "gone")
                else ahead(self.words, due_at(one), self.now, short=True)
            )
            yield due, _MOMENT, "muted"


def due_at(one: Health) -> int:
    """When the source is asked next."""
    state = one.subscription.state
    return max(state.next_due, state.not_before, one.wait_until)


def details(one: Health, words: Words, now: int, cells: int, zone: tzinfo | None) -> list[Line]:
    """All that is known of a source, in lines of so many cells."""
    return list(_Details(one, words, now, cells, zone).lines())


class _Details:
    def __init__(self, one: Health, words: Words, now: int, cells: int, zone: tzinfo | None) -> None:
        self._one, self._words, self._now, self._cells, self._zone = one, words, now, cells, zone

    def lines(self) -> Iterator[Line]:
        one, words = self._one, self._words
        source, state = one.subscription.source, one.subscription.state
        yield from self._text(one.title or one.id, "heading1")
        kind, unread = words(f"kind.{source.kind}"), words("unread_of", unread=one.unread, total=one.total)
        head = [(words(f"standing.{one.standing}"), _ROLES[one.standing]), (f"   {kind}   {unread}", "muted")]
        yield head if _cells(head) <= self._cells else head[:1]
        yield []
        yield from self._reason()
        facts = [
            ("address", without_user(source.url)),
            ("former", without_user(state.previous_url)),
            ("moving", without_user(state.moved_to)),
            ("site", without_user(source.site_url)),
            ("http", str(state.http or "")),
            ("failures", self._failures()),
            ("last", ago(words, state.last_ok, self._now)),
            (
                "asked",
                ago(words, state.last_checked, self._now) if state.last_checked != state.last_ok else "",
            ),
            ("newest", ago(words, state.last_new, self._now) if state.last_new else ""),
            ("next", self._next()),
            ("pace", self._pace()),
            ("cut", "; ".join(filter(None, (state.note, state.pages_note)))),
        ]
        names = max(width(words(f"fact.{name}")) for name, _ in facts) + 2
        for name, text in facts:
            if text:
                yield from self._fact(fit(words(f"fact.{name}"), names), one_line(text))

    def _reason(self) -> Iterator[Line]:
        """Why it stands as it does, and what to do: in the reader's language, what was noted as it was."""
        one, words, state = self._one, self._words, self._one.subscription.state
        noted = state.moved_note if one.standing == "moved" else state.error
        shown = False
        if state.error and words.language == "zh":
            shown = True
            yield from self._text(reason(one.subscription, words), "text")
        if noted:
            yield from self._text(noted, "faint" if shown else "text")
            shown = True
        if advice := advice_of(one.subscription, one.standing):
            yield from self._text(words(f"advice.{advice}"), "muted")
            shown = True
        if shown:
            yield []

    def _failures(self) -> str:
        state = self._one.subscription.state
        if not state.failures:
            return ""
        if state.failing_since is None:
            return str(state.failures)
        return self._words("failures_since", n=state.failures, when=self._moment(state.failing_since))

    def _next(self) -> str:
        one, words = self._one, self._words
        if one.standing in ("off", "gone"):
            return ""
        due = due_at(one)
        text = ahead(words, due, self._now)
        return words("joined", first=text, second=self._moment(due)) if due > self._now else text

    def _pace(self) -> str:
        one, state = self._one, self._one.subscription.state
        if one.standing in ("off", "gone", "new", "waiting") or state.last_checked is None:
            return ""
        pause = span(self._words, max(0, state.next_due - state.last_checked))
        return self._words("joined", first=pause, second=self._words(f"pace.{pace_of(one.subscription)}"))

    def _moment(self, seconds: int) -> str:
        """Day and time by the reader's clock."""
        clock = datetime.fromtimestamp(seconds, self._zone)
        return f"{self._words.short_day(clock.date().isoformat())} {clock:%H:%M}"

    def _text(self, text: str, role: str) -> Iterator[Line]:
        text = one_line(text)
        for start, end in breaks(text, max(8, self._cells)) if text else ():
            yield [(text[start:end].rstrip(), role)]

    def _fact(self, name: str, text: str) -> Iterator[Line]:
        room = max(8, self._cells - width(name))
        for number, (start, end) in enumerate(breaks(text, room)):
            yield [(name if number == 0 else " " * width(name), "faint"), (text[start:end].rstrip(), "text")]


def reason(subscription: Subscription, words: Words) -> str:
    """Why a source failed, in the reader's language, in a few words."""
    state = subscription.state
    kind = state.error_kind
    if kind in ("image", "empty", "json", "xml", "parse", "internal") or not words.knows(f"reason.{kind}"):
        kind = "other"
    return words(f"reason.{kind}", http=state.http or "")


# -- moments


def span(words: Words, seconds: int) -> str:
    """A length of time in its largest unit."""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return words("minutes_short", n=minutes)
    hours = round(seconds / 3600)
    return words("hours_short", n=hours) if hours < 48 else words("days_short", n=round(seconds / 86400))


def ago(words: Words, moment: int | None, now: int, *, short: bool = False) -> str:
    """How long ago a moment was."""
    if moment is None:
        return "-" if short else words("never")
    text = span(words, max(0, now - moment))
    return text if short else words("ago", time=text)


def ahead(words: Words, moment: int, now: int, *, short: bool = False) -> str:
    """In how long a moment comes."""
    if moment <= now:
        return words("now")
    text = span(words, moment - now)
    return text if short else words("ahead", time=text)


def _cells(line: Line) -> int:
    return sum(width(text) for text, _ in line)
