"""The process that reads documents for refresh and may be killed: jobs on standard input, answers on output.

It opens no file and no connection, and what it may use of the machine is bounded. It ends with its input.
"""

from __future__ import annotations

import gc
import math
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from techdash.feeds import wire
from techdash.feeds.parse import NotAFeed, parse
from techdash.models.fetched import Fetched, Files, LocalFile, PageJob, ParseJob, SitemapJob
from techdash.models.parsed import ParsedEntry, ParsedFeed, ParsedPage, ParsedSitemap

# What takes editions and sheets apart is half of the imports, and most sources are neither.
if TYPE_CHECKING:
    from techdash.document.tree import Document

_MEMORY = 1 << 30
_FILES = 32
# Of the processor, for a job; its time by the clock is watched by the parent.
_CPU_SECONDS = 30


def answer(job: wire.Job) -> wire.Answer:
    """What a job's documents hold, editions taken apart and cards made, or why that is nothing."""
    try:
        match job.parse:
            case PageJob() as page:
                return _page(page, job)
            case SitemapJob(document):
                return _sitemap(document)
            case ParseJob() as wanted:
                return _feed(wanted, job)
    except NotAFeed as refusal:
        return wire.Refused(refusal.kind, str(refusal))
    except Exception:  # noqa: BLE001 - one document's trouble is told as its own, and the next is read
        traceback.print_exc()
        return wire.Refused("internal", "What this source gave could not be read.")


def _feed(wanted: ParseJob, job: wire.Job) -> ParsedFeed:
    feed = parse(wanted)
    local = _local(wanted)
    return replace(feed, entries=tuple(_completed(entry, wanted, job, local) for entry in feed.entries))


def _sitemap(document: Fetched) -> ParsedSitemap:
    from techdash.feeds import charset, notionnext

    text = charset.decode(document.body, document.charset)
    url = document.final_url or document.url
    posts = notionnext.sitemap(text, url)
    return ParsedSitemap(posts, () if posts else notionnext.sitemaps(text, url))


def _page(page: PageJob, job: wire.Job) -> ParsedPage | wire.Refused:
    """The text of an entry's page: of a NotionNext site from its record map, else the article in it."""
    from techdash.feeds import charset, notionnext

    document = page.document
    url = document.final_url or document.url
    html = charset.decode(document.body, document.charset)
    is_notionnext = notionnext.recognised(html)
    post = notionnext.post(html, url, now=page.now, language=page.language) if is_notionnext else None
    if post is not None and (post.entry.body or post.locked):
        entry, note = post.entry, post.note
    else:
        from techdash.feeds import article

        try:
            entry, note = article.entry_of(html, url, now=page.now, language=page.language)
        except article.NotAnArticle as refusal:
            return wire.Refused(refusal.kind, str(refusal))
        if post is not None:  # what its data says of it is right, whatever its text
            entry = replace(
                post.entry, body=entry.body, body_format="html", words=entry.words, minutes=entry.minutes
            )
    if page.title:
        at = int(datetime.fromisoformat(page.day).replace(tzinfo=UTC).timestamp()) if page.day else None
        known = {
            "title": page.title,
            "published": at,
            "date_only": True,
            "kind": page.kind,
            "tags": page.tags,
        }
        entry = replace(entry, **known)
    wanted = ParseJob(page.source_id, page.kind, page.title, page.language, 1, page.full_text, page.now, ())
    if entry.body:
        entry = _completed(entry, wanted, job, {})
    return ParsedPage(entry, note, is_notionnext)


def main() -> None:
    """Answer jobs until the input ends."""
    # Ctrl-C is for the whole group of processes; the parent decides what it means for us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _bound_ourselves()
    jobs = sys.stdin.buffer
    # What a library prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # Trees without cycles: collecting often finds nothing and costs a tenth of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    with suppress(EOFError, BrokenPipeError):
        while (job := wire.decode_job(jobs)) is not None:
            _allow(resource.RLIMIT_CPU, math.ceil(time.process_time()) + _CPU_SECONDS)
            is_large = wire.size(job) > wire.LARGE
            answers.write(wire.encode_answer(answer(job)))
            answers.flush()
            del job
            if is_large:  # feedparser's trees do have cycles: some of them together would be too much
                gc.collect()


def _bound_ourselves() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_CORE, 0),  # being out of time is no fault to look into
    ):
        _allow(kind, most)


def _allow(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    # Some systems know a limit and won't set it; the parent's clock still holds.
    with suppress(ValueError, OSError):
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _local(job: ParseJob) -> dict[str, LocalFile]:
    """The files of a local source by the keys of their entries."""
    files = [file for found in job.documents if isinstance(found, Files) for file in found.files]
    if not files:
        return {}
    from techdash.feeds.files import key_of

    return {key_of(file): file for file in files}


def _completed(
    entry: ParsedEntry, wanted: ParseJob, job: wire.Job, local: Mapping[str, LocalFile]
) -> ParsedEntry:
    """The entry with its kind, and taken apart where it is an edition or a sheet."""
    source_kind = entry.kind or wanted.kind
    if entry.cards:
        return entry
    if source_kind not in ("digest", "cheatsheet"):
        return entry
    from techdash.editions.classify import believed, classify

    published_day = _day(entry, wanted.now, job)
    kind, cadence, day = classify(entry.title, entry.url, source_kind, published_day, entry.tags)
    kind = entry.kind or kind
    if kind == "digest":
        from techdash.editions.takeapart import take_apart

        doc = _document(entry, local.get(entry.key))
        day = believed(day, published_day, wanted.now)
        edition = take_apart(doc, entry.title, day, cadence or "daily")
        return replace(entry, kind=kind, edition=edition)
    if kind == "cheatsheet":
        from techdash import sheets

        doc = _document(entry, local.get(entry.key))
        cards = sheets.cards_of(doc, entry.title, entry.url or wanted.title)
        return replace(entry, kind=kind, cards=cards)
    return replace(entry, kind=kind)


def _document(entry: ParsedEntry, file: LocalFile | None) -> Document:
    from techdash.document.load import load

    if file is not None:
        from techdash.feeds.files import text_of

        # With its front matter, which says what the text of an edition or a sheet doesn't.
        return load(text_of(file), entry.body_format, entry.url)
    if entry.body:
        return load(entry.body, entry.body_format, entry.url)
    return load(entry.summary, "text")


def _day(entry: ParsedEntry, now: int, job: wire.Job) -> str:
    """The reader's day of an entry; empty where it has no date."""
    if entry.published is None:
        return ""
    from techdash import days

    if entry.date_only:
        return datetime.fromtimestamp(entry.published, UTC).date().isoformat()
    zone = ZoneInfo(job.zone) if job.zone else None
    return days.day_of(min(entry.published, now), zone, job.day_starts)


if __name__ == "__main__":
    main()
