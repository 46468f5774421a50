"""The second half of a sync: the pages of entries of which a feed gives only the beginning, and the archive.

It comes when all that the feeds brought is stored and told, goes by the same client and its manners, and
holds itself back: so many pages of a source in a run, for so many seconds, the newest entries first. Whatever
ends it, each page is stored or still wanted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import urlsplit

from msgspec.structs import replace

from techdash.feeds import schedule, teasers, wire
from techdash.feeds.addresses import is_private_host
from techdash.feeds.decide import decide
from techdash.models.fetched import Failed, Fetched, NotModified, PageJob, SitemapJob
from techdash.models.parsed import PageNote, ParsedFeed, ParsedPage, ParsedSitemap
from techdash.models.plans import Plan, WantedPage
from techdash.models.sources import Subscription, Validators
from techdash.store import arrivals, articles, identity, page_texts, sources
from techdash.store.db import Writer
from techdash.text.urls import host

if TYPE_CHECKING:
    from techdash.feeds.client import Client
    from techdash.feeds.holding import Holding, Part
    from techdash.feeds.workers import WorkerPool

T = TypeVar("T")

ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.5"
MOST_PAGES = 30
MOST_SECONDS = 40.0
MOST_OF_THE_ARCHIVE = 5
MOST_IN_THE_SITEMAP = 10_000
SITEMAP_EVERY = schedule.DAY
# Of an index of sitemaps; a build writes one for some thousands of posts.
MOST_SITEMAPS = 5
# Where the archive isn't wanted, what a sitemap names and no list does is fetched while it is so new.
NEW_IN_THE_SITEMAP = 14 * schedule.DAY
_UNREACHED = ("dns", "connect")
_ANSWERED_WAIT = (429, 503)


class Library(Protocol):
    """Does something on the thread that owns the library."""

    async def __call__(self, work: Callable[..., T], /, *arguments: object) -> T: ...


@dataclass(slots=True)
class Tally:
    """What came of the pages of a source: texts stored, pages that could not be had and why, a text's note.

    ``rests``: its server wants to be left alone, or can't be reached.
    """

    updated: int = 0
    failed: int = 0
    error: str = ""
    note: PageNote = ""
    rests: bool = False

    def with_(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.updated + other.updated,
            self.failed + other.failed,
            self.error or other.error,
            self.note or other.note,
            self.rests or other.rests,
        )


class _Enough(Exception):
    """The source is left alone for the rest of the run."""


@dataclass(slots=True)
class Stage:
    """One run's pages. ``reached``: something on the network was, so what can't be is to blame itself.

    ``oldest`` is the first day that the library keeps, empty where it keeps all.
    """

    client: Client
    holding: Holding
    workers: WorkerPool
    library: Library
    db: Writer
    now: Callable[[], float]
    day_of: Callable[[int], str]
    zone: str
    day_starts: int
    reached: bool
    oldest: str = ""

    # -- the pages of entries

    async def pages_of(self, one: Subscription, *, seconds: float) -> Tally:
        """Ask for the pages of a source that are due, one after the other."""
        tally, now = Tally(), int(self.now())
        wanted = await self.library(articles.wanted, self.db.conn, one.source.id, now, MOST_PAGES)
        try:
            async with asyncio.timeout(seconds):
                for page in wanted:
                    with self.holding.part() as part:
                        await self._page(one, page, tally, part)
        except TimeoutError:
            pass
        except _Enough:
            tally.rests = True
        if wanted:
            await self.library(articles.tell, self.db, one.source.id)
        return tally

    async def page_of(self, one: Subscription, page: WantedPage) -> Tally:
        """Ask for the page of one entry, because the reader wants it now."""
        tally, now = Tally(), int(self.now())
        if (until := _rests_until(one, page, now)) > now:
            tally.error = f"Its server asked to be left alone until {_moment(until)}."
            return tally
        await self.library(articles.want_now, self.db, one.source.id, page.entry_id, now)
        with suppress(_Enough), self.holding.part() as part:
            await self._page(one, page, tally, part)
        return tally

    async def _page(self, one: Subscription, page: WantedPage, tally: Tally, part: Part) -> None:
        """Ask for a page, and store what it gives, or when to ask again."""
        now = int(self.now())
        answer = await self.client.fetch(
            page.url,
            page.validators,
            now=now,
            public_only=_leads_away(one, page.url),
            accept=ACCEPT_PAGE,
            part=part,
        )
        if isinstance(answer, Failed):
            await self._put_off(one, page, answer, tally)
            return
        held = replace(page, validators=_kept(answer))
        if isinstance(answer, NotModified) or answer.validators.body_hash == page.validators.body_hash:
            await self.library(articles.keep, self.db, one.source.id, held, page.note, now)
            return
        job = PageJob(
            source_id=one.source.id,
            kind=page.kind,
            full_text=one.source.full_text,
            language=page.language or one.source.language,
            now=now,
            document=answer,
            title=page.title,
            day=page.day,
            tags=page.tags,
        )
        found = await self._read(job, answer)
        if isinstance(found, wire.Refused):
            await self._put_off(one, page, Failed(page.url, found.kind, found.message), tally)
            return
        if not isinstance(found, ParsedPage):
            return
        if found.notionnext and one.source.full_text == "auto":
            await self.library(articles.recognise, self.db, one.source.id)
        if teasers.is_more(found, page, one.source):
            tally.updated += await self.library(page_texts.put, self.db, one.source.id, held, found, now)
            tally.note = found.note
        else:
            note = page.note if page.held else found.note
            tally.note = note
            await self.library(articles.keep, self.db, one.source.id, held, note, now)
            await self.library(page_texts.pair, self.db, held, found)

    async def _read(self, job: PageJob | SitemapJob, answer: Fetched) -> wire.Answer:
        if isinstance(job, PageJob) and not teasers.is_a_page(answer):
            return wire.Refused("not-a-page", f"There is no page at its address but {answer.content_type}.")
        payload = await self.workers.parse(wire.Job(job, self.zone, self.day_starts))
        return payload if isinstance(payload, wire.Refused) else wire.decode_answer(payload)

    async def _put_off(self, one: Subscription, page: WantedPage, failed: Failed, tally: Tally) -> None:
        """Note when a page that could not be had is asked for again; raises _Enough if its server rests."""
        now, tries = int(self.now()), page.tries
        tally.error = failed.message
        wait = _host_wait(one, failed, now)
        if wait is not None or failed.kind == "wait":
            until = wait[1] if wait else failed.wait_until or now + schedule.SHORTEST_WAIT
            public = wait if wait and not is_private_host(wait[0]) else None
            await self.library(articles.put_off, self.db, page.entry_id, until, tries, now, until, public)
            raise _Enough
        is_unreached = failed.kind in _UNREACHED
        if not is_unreached or self.reached:
            tries += 1
            tally.failed += 1
        due = None if failed.gone else teasers.next_try(page.entry_id, max(tries, 1), now)
        await self.library(articles.put_off, self.db, page.entry_id, due, tries, now)
        if is_unreached:
            raise _Enough

    # -- the archive

    async def archive_of(self, one: Subscription, *, seconds: float) -> Tally:
        """Look into a NotionNext site's sitemap once a day, and fetch a few posts that no list brought."""
        tally = Tally()
        try:
            async with asyncio.timeout(seconds):
                with self.holding.part() as part:
                    await self._sitemap(one, part)
                posts = await self.library(
                    articles.archived, self.db.conn, one.source.id, int(self.now()), MOST_OF_THE_ARCHIVE
                )
                for url, modified, tries in posts:
                    with self.holding.part() as part:
                        await self._post(one, url, modified, tries, tally, part)
        except TimeoutError:
            pass
        except _Enough:
            tally.rests = True
        return tally

    async def _sitemap(self, one: Subscription, part: Part) -> None:
        now = int(self.now())
        parts = urlsplit(one.source.site_url or one.source.url)
        address = f"{parts.scheme}://{parts.netloc}/sitemap.xml"
        due, before = await self.library(articles.sitemap_state, self.db.conn, one.source.id, address)
        if now < due:
            return
        answer = await self.client.fetch(
            address, before, now=now, public_only=_leads_away(one, address), part=part
        )
        posts: Sequence[tuple[str, str]] = ()
        named: Sequence[str] = ()
        if isinstance(answer, Fetched) and answer.validators.body_hash != before.body_hash:
            found = await self._read(SitemapJob(answer), answer)
            if isinstance(found, ParsedSitemap):
                posts, named = found.posts, found.sitemaps[:MOST_SITEMAPS]
        for further in named:
            sitemap = await self.client.fetch(
                further, now=now, public_only=_leads_away(one, further), part=part
            )
            inner = await self._read(SitemapJob(sitemap), sitemap) if isinstance(sitemap, Fetched) else None
            if isinstance(inner, ParsedSitemap):
                posts = (*posts, *inner.posts)
        oldest = self.oldest
        if not one.source.backfill:
            oldest = datetime.fromtimestamp(now - NEW_IN_THE_SITEMAP, UTC).date().isoformat()
        posts = [post for post in posts[:MOST_IN_THE_SITEMAP] if post[1] >= oldest]
        # An index stays the same when what it names changes: it is always read anew.
        kept = Validators() if named else before if isinstance(answer, Failed) else answer.validators
        await self.library(
            articles.note_archive, self.db, one.source.id, posts, address, kept, now + SITEMAP_EVERY
        )
        if isinstance(answer, Failed) and (answer.kind == "wait" or answer.http in _ANSWERED_WAIT):
            raise _Enough

    async def _post(
        self, one: Subscription, url: str, modified: str, tries: int, tally: Tally, part: Part
    ) -> None:
        """Fetch one post of the archive and store it as the entry it is, on its own day."""
        now = int(self.now())
        source = one.source
        answer = await self.client.fetch(
            url, now=now, public_only=_leads_away(one, url), accept=ACCEPT_PAGE, part=part
        )
        found: wire.Answer | None = None
        if isinstance(answer, Fetched):
            job = PageJob(source.id, source.kind, source.full_text, source.language, now, answer)
            found = await self._read(job, answer)
        if isinstance(found, ParsedPage) and isinstance(answer, Fetched):
            stored = await self.library(self._store_post, one, answer, found, modified, now)
            await self.library(articles.settle, self.db, source.id, url, None, 0)
            tally.updated += stored
            return
        failed = answer if isinstance(answer, Failed) else None
        if failed is not None and (wait := _host_wait(one, failed, now)):
            await self.library(articles.settle, self.db, source.id, url, wait[1], tries)
            raise _Enough
        is_gone = failed is not None and failed.http in (404, 410)
        due = None if is_gone else teasers.next_try(url, tries + 1, now)
        await self.library(articles.settle, self.db, source.id, url, due, tries + 1)
        if failed is not None and failed.kind in (*_UNREACHED, "wait"):
            raise _Enough

    def _store_post(
        self, one: Subscription, answer: Fetched, page: ParsedPage, modified: str, now: int
    ) -> int:
        """Write a post of the archive; gives how many entries that changed. On the library's thread."""
        entry = page.entry
        if entry.published is None:  # its day is its own, never today
            moment = _day(modified)
            if moment is None:
                return 0
            entry = replace(entry, published=moment, date_only=True)
        known, removed = identity.recognised(self.db.conn, one.source.id, (entry,))
        subscription = sources.find(self.db.conn, one.source.id)
        if removed or subscription is None:
            return 0
        feed = ParsedFeed("notionnext", entries=(entry,))
        plan = decide(subscription, answer, feed, known, now, self.day_of)
        written = Plan(one.source.id, now, plan.status, subscription.state, entries=plan.entries)
        applied = arrivals.apply(self.db, written)
        if entry.body or page.note:
            articles.hold(self.db, one.source.id, entry.key, page.note, _kept(answer), now)
        return len(applied.new) + len(applied.updated)


def _rests_until(one: Subscription, page: WantedPage, now: int) -> int:
    """Until when the page's server wants no request, as far as its own answers said so."""
    until = page.not_before if _leads_away(one, page.url) else max(page.not_before, one.state.not_before)
    return until if until <= now + schedule.LONGEST_WAIT else 0


def _moment(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def _leads_away(one: Subscription, url: str) -> bool:
    """Whether a page is on another host than the address that the user subscribed to."""
    return host(url) != host(one.source.url)


def _kept(answer: Fetched | NotModified) -> Validators:
    """What to ask with the next time; nothing where the page came from another address in the end."""
    kept = answer.validators
    if isinstance(answer, Fetched) and answer.final_url not in ("", answer.url):
        return Validators(body_hash=kept.body_hash)
    return replace(kept, given_by="")


def _host_wait(one: Subscription, failed: Failed, now: int) -> tuple[str, int] | None:
    """The host that asked to be left alone, and until when."""
    if failed.http not in _ANSWERED_WAIT:
        return None
    return failed.host or host(failed.url), schedule.wait_until(one.state, now, failed)


def _day(text: str) -> int | None:
    try:
        return int(datetime.fromisoformat(text[:10]).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None
