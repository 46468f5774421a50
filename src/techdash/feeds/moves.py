"""Whether a feed's permanent redirect (RFC 9110, 15.4.2 and 15.4.9) is followed for good. Pure.

One wrong 301 has sent forty thousand feeds to an error page: so it takes two looks a day apart, a document
that is known, and no step down in privacy.
"""

from __future__ import annotations

from msgspec.structs import replace

from techdash.feeds.addresses import is_private_host
from techdash.feeds.schedule import DAY
from techdash.models.fetched import Fetched, NotModified
from techdash.models.sources import Source, SourceState
from techdash.text.urls import host, without_user


def look(
    source: Source,
    state: SourceState,
    answered: Fetched | NotModified,
    now: int,
    *,
    is_known: bool,
    holder: str = "",
) -> tuple[SourceState, str]:
    """The state after an answer, and the address that the source is to have from now on, or "".

    ``is_known`` says that the document is this source's: it holds an entry we have, or the same title.
    ``holder`` is the title of another source that has the new address already.
    """
    target = answered.moved_to
    if not target or target in (source.url, state.move_refused) or _is_step_down(source.url, target):
        return replace(state, moved_to="", moved_since=None, moved_note=_note(source, state, answered)), ""
    since = state.moved_since if state.moved_to == target else None
    if since is None or since > now:
        since = now
    state = replace(state, moved_to=target, moved_since=since)
    shown = without_user(target)
    if holder:
        note = f"It has moved to {shown}, which is the address of {holder}: remove one of the two."
        return replace(state, moved_note=note), ""
    if now - since < DAY or not is_known:
        note = f"It says that it has moved to {shown}; that is followed for good if it says so in a day too."
        return replace(state, moved_note=note), ""
    previous = state.previous_url or source.url
    if previous == target:  # back where it was subscribed to
        previous = ""
    note = _moved(previous) if previous else ""
    return replace(state, moved_to="", moved_since=None, moved_note=note, previous_url=previous), target


def _note(source: Source, state: SourceState, answered: Fetched | NotModified) -> str:
    if isinstance(answered, Fetched) and _is_unsealed(source.url, answered.final_url):
        return "Its server leads to an address without encryption; that is never followed for good."
    if state.previous_url:
        return _moved(state.previous_url)
    return state.moved_note if isinstance(answered, NotModified) and not state.moved_to else ""


def _moved(url: str) -> str:
    return f"It has moved here for good, from {without_user(url)}; the move can be undone."


def _is_step_down(url: str, target: str) -> bool:
    return _is_unsealed(url, target) or (is_private_host(host(target)) and not is_private_host(host(url)))


def _is_unsealed(url: str, target: str) -> bool:
    return url[:6].lower() == "https:" and target[:5].lower() == "http:"
