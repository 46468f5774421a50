"""How a source stands, in one word, and what can be done: pure, from what the library knows of it."""

from __future__ import annotations

from typing import Literal

from techdash.models.sources import Subscription

Standing = Literal["failing", "gone", "waiting", "moved", "untidy", "new", "ok", "off"]
# What wants somebody's attention first.
STANDINGS: tuple[Standing, ...] = ("failing", "gone", "waiting", "moved", "untidy", "new", "ok", "off")
TROUBLE: frozenset[Standing] = frozenset({"failing", "gone"})

Advice = Literal[
    "again", "login", "missing", "no_feed", "certificate", "address", "large", "file", "bug", "gone",
    "waiting", "moving", "moved", "untidy", "new", "off", "",
]  # fmt: skip
"""What can be done: a word for the sentence that says it."""

Pace = Literal["own", "server", "feed", "bare", "quiet", "failing", "usual"]
"""Why a source is asked as often as it is: the user wants it, its server or its feed says so, its server
always sends the whole, it has been quiet, it fails, or nothing of that."""

_HOUR, _DAY = 3600, 86400
_NO_FEED = ("html", "image", "empty", "json", "xml", "other")
_BY_KIND: dict[str, Advice] = {
    **dict.fromkeys(("connect", "timeout", "protocol", "decode", "truncated"), "again"),
    **dict.fromkeys(_NO_FEED, "no_feed"),
    "certificate": "certificate",
    "dns": "address",
    "redirect": "address",
    "private": "address",
    "too-large": "large",
    "file": "file",
    "internal": "bug",
    "parse": "bug",
}


def standing_of(subscription: Subscription, wait_until: int, now: int) -> Standing:
    """The word for a source; ``wait_until`` is until when its server or host wants to be left alone, or 0."""
    state = subscription.state
    if not subscription.source.enabled:
        return "off"
    if state.state == "gone":
        return "gone"
    if wait_until > now or state.error_kind == "wait":
        return "waiting"
    if state.state == "failed":
        return "failing"
    if state.state == "new":
        return "new"
    if state.moved_to or state.previous_url:
        return "moved"
    return "untidy" if state.note else "ok"


def advice_of(subscription: Subscription, standing: Standing) -> Advice:
    """What can be done about a source, the empty word where nothing need be."""
    state = subscription.state
    if standing == "moved":
        return "moved" if state.previous_url and not state.moved_to else "moving"
    if standing != "failing":
        return "" if standing == "ok" else standing
    if state.http in (401, 403, 407, 451):
        return "login"
    if state.http in (404, 410):
        return "missing"
    return _BY_KIND.get(state.error_kind, "again")


def pace_of(subscription: Subscription) -> Pace:
    """Why the time between the last visit and the next is what it is."""
    source, state = subscription.source, subscription.state
    if state.failures:
        return "failing"
    pause = state.next_due - (state.last_checked or state.next_due)

    def fills(seconds: int) -> bool:
        return 0.8 * pause <= min(seconds, _DAY) <= pause

    if source.interval and fills(source.interval * 60):
        return "own"
    if fills(state.max_age):
        return "server"
    if fills(state.ttl):
        return "feed"
    if state.bare and pause >= _DAY:
        return "bare"
    return "quiet" if pause > 2 * _HOUR else "usual"
