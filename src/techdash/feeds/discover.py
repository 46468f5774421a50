"""From an address to the feeds at or behind it, asking its server for as little as that takes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlsplit

from msgspec.structs import replace

from techdash.feeds import charset, notionnext, page_links, patterns
from techdash.feeds.addresses import is_private_host
from techdash.feeds.candidates import Candidate, full_text_of, kind_of, kind_of_host, language_of
from techdash.feeds.sniff import what
from techdash.models.fetched import Failed, Fetched, Outcome
from techdash.models.parsed import ParsedFeed
from techdash.text.clean import one_line
from techdash.text.urls import host, resolve, web_link, without_user

__all__ = ["Candidate", "Found", "confirmed", "find"]

# What a server answers where it wants to be left alone: no further knocking.
_ENOUGH = (401, 403, 407, 429, 451, 503)


class Fetch(Protocol):
    """Gets one document; ``public_only`` where a public page led to it."""

    def __call__(self, url: str, *, public_only: bool = False) -> Awaitable[Outcome]: ...


# Reads a feed or a NotionNext list as a digest source's, so that each entry says whether it is an edition;
# None where it is neither.
Parse = Callable[[Fetched], Awaitable[ParsedFeed | None]]


@dataclass(frozen=True, slots=True)
class Found:
    """The feeds behind an address, the likeliest first; where there are none, why not in a sentence.

    ``failure`` is set where that is because the address itself could not be had.
    """

    candidates: tuple[Candidate, ...] = ()
    sentence: str = ""
    failure: Failed | None = None


async def find(address: str, fetch: Fetch, parse: Parse) -> Found:
    """The feeds at or behind a web address.

    Nothing is asked where the address follows a known pattern; else the address itself, and only if its page
    names no feed the usual places of its site, ten at most.
    """
    if site := patterns.without_feeds(address):
        return Found(sentence=_shut(site))
    if known := patterns.by_pattern(address):
        return Found(tuple(known))
    if question := patterns.apple_podcast(address):
        return await _ask_apple(question, fetch)
    profile = patterns.profile_feed(address)
    if profile is not None:
        outcome = await fetch(profile.url)
        if isinstance(outcome, Fetched) and (feed := await _as_feed(outcome, parse)):
            return Found((_read(profile, outcome, feed),))
        if isinstance(outcome, Failed) and not _may_be_elsewhere(outcome):
            return Found(sentence=outcome.message, failure=outcome)
    outcome = await fetch(address)
    if isinstance(outcome, Fetched):
        return await _behind(address, outcome, fetch, parse)
    assert isinstance(outcome, Failed)  # noqa: S101 - nothing conditional was asked, and nothing local
    if profile is not None and outcome.http in (404, 410) and (found := await _by_webfinger(address, fetch)):
        return Found((found,))
    return Found(sentence=outcome.message, failure=outcome)


async def confirmed(candidate: Candidate, fetch: Fetch, parse: Parse) -> Candidate | Failed:
    """The candidate as its feed describes itself; why it can't be had, where it is no feed or not there."""
    if candidate.is_read or candidate.full_text == "notionnext":
        return candidate
    outcome = await fetch(candidate.url, public_only=candidate.public_only)
    if isinstance(outcome, Failed):
        return outcome
    assert isinstance(outcome, Fetched)  # noqa: S101 - nothing conditional was asked, and nothing local
    feed = await _as_feed(outcome, parse)
    if feed is None:
        message = f"What {without_user(candidate.url)} gives is no feed."
        return Failed(candidate.url, "not-a-feed", message, outcome.http)
    return _read(candidate, outcome, feed)


async def _behind(address: str, outcome: Fetched, fetch: Fetch, parse: Parse) -> Found:
    """What a document says of feeds: that it is one, that it names some, or nothing at all."""
    url = outcome.final_url or address
    if host(url).startswith("consent."):
        return Found(sentence=_CONSENT.format(address=without_user(address)))
    text = charset.decode(outcome.body, outcome.charset)
    kind = what(text, outcome.body)
    if kind in ("feed", "json", "xml") and (feed := await _as_feed(outcome, parse)):
        return Found((_read(Candidate(address, "", "article"), outcome, feed),))
    page = page_links.read(text if kind == "html" else "", url, outcome.links)
    if kind == "html" and notionnext.recognised(text):
        return Found((await _notionnext(outcome, url, page, parse),))
    if page.feeds:
        return Found(page.feeds)
    if kind != "html":
        shown = without_user(address)
        return Found(sentence=f"What {shown} gives is neither a feed nor a page that could name one.")
    return await _at_usual_places(address, url, page, fetch, parse)


async def _as_feed(outcome: Fetched, parse: Parse) -> ParsedFeed | None:
    text = charset.decode(outcome.body, outcome.charset)
    return await parse(outcome) if what(text, outcome.body) in ("feed", "json", "xml") else None


def _read(candidate: Candidate, outcome: Fetched, feed: ParsedFeed) -> Candidate:
    """The candidate with what its feed says of itself."""
    url = outcome.moved_to or candidate.url
    kind = kind_of_host(url) or candidate.kind
    if kind == "article":
        kind = kind_of(feed, charset.decode(outcome.body, outcome.charset), url)
    return replace(
        candidate,
        url=url,
        title=candidate.title if candidate.is_named else feed.title or candidate.title or host(url),
        kind=kind,
        language=language_of(feed) or candidate.language,
        site_url=feed.site_url or candidate.site_url,
        full_text=full_text_of(kind),
        is_read=True,
        final_url=outcome.final_url,
    )


async def _notionnext(outcome: Fetched, url: str, page: page_links.Page, parse: Parse) -> Candidate:
    """A NotionNext blog, whose lists and pages say more than its feed; a post's page leads to it too."""
    listed = await parse(outcome)
    entries = listed.entries if listed else ()
    feed = next((one.url for one in page.feeds if host(one.url) == host(url)), None)
    return Candidate(
        url=feed or resolve(url, "/rss/feed.xml") or url,
        title=(listed.title if listed else "") or page.title or host(url),
        # One edition is enough: as a digest its essays stay essays.
        kind="digest" if any(entry.kind == "digest" for entry in entries) else "essay",
        language=(language_of(listed) if listed else "") or page.language,
        site_url=resolve(url, "/") or url,
        full_text="notionnext",
        is_named=True,
    )


async def _at_usual_places(
    address: str, url: str, page: page_links.Page, fetch: Fetch, parse: Parse
) -> Found:
    """The feed at the first of the usual places that has one."""
    tried = 0
    for place in page_links.usual_places(url, page.place):
        outcome = await fetch(place)
        tried += 1
        if isinstance(outcome, Fetched):
            if feed := await _as_feed(outcome, parse):
                return Found((_read(Candidate(place, page.title, "article", page.language), outcome, feed),))
        elif isinstance(outcome, Failed) and (outcome.http is None or outcome.http in _ENOUGH):
            break
    return Found(
        sentence=f"There is no feed at {without_user(address)}: the page names none, and {tried} usual "
        f"places of {host(url)} have none. Look for an RSS or Atom link on the site and add its address."
    )


async def _ask_apple(question: str, fetch: Fetch) -> Found:
    """The feed of a podcast in Apple's directory."""
    outcome = await fetch(question)
    if not isinstance(outcome, Fetched):
        assert isinstance(outcome, Failed)  # noqa: S101 - nothing conditional was asked, and nothing local
        return Found(sentence=outcome.message, failure=outcome)
    for show in _json_list(outcome, "results"):
        if (url := web_link(str(show.get("feedUrl") or ""))) and not is_private_host(host(url)):
            title = one_line(str(show.get("collectionName") or ""))[:200] or host(url)
            return Found((Candidate(url, title, "podcast", full_text="feed", public_only=True),))
    return Found(sentence="Apple names no feed for this podcast: it may be one for subscribers only.")


async def _by_webfinger(address: str, fetch: Fetch) -> Candidate | None:
    """The feed of an account whose server shows its profiles elsewhere (RFC 7033)."""
    user = urlsplit(address).path.strip("/").removeprefix("@")
    account = quote(f"acct:{user}@{host(address)}", safe="")
    base = urlsplit(address)
    outcome = await fetch(f"{base.scheme}://{base.netloc}/.well-known/webfinger?resource={account}")
    if not isinstance(outcome, Fetched):
        return None
    for link in _json_list(outcome, "links"):
        if link.get("rel") == "http://webfinger.net/rel/profile-page":
            found = patterns.profile_feed(web_link(str(link.get("href") or "")) or "")
            if found and (is_private_host(host(address)) or not is_private_host(host(found.url))):
                return replace(found, public_only=host(found.url) != host(address))
    return None


def _json_list(outcome: Fetched, name: str) -> list[dict[str, object]]:
    """The objects in a list of a JSON answer."""
    try:
        answer = json.loads(outcome.body)
    except (ValueError, RecursionError):
        return []
    listed = answer.get(name) if isinstance(answer, dict) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _may_be_elsewhere(failed: Failed) -> bool:
    """Whether a page may still be there where its feed is not."""
    return failed.http in (404, 406, 410)


def _shut(site: str) -> str:
    return (
        f"{site} serves no feeds. Look for the same people on Bluesky, Mastodon or a blog of their own, or "
        "add the address of a bridge that you run."
    )


_CONSENT = (
    "{address} asks for consent to cookies before it shows anything, and techdash keeps none. Open it in a "
    "browser, find the channel's or the feed's own address, and add that."
)
