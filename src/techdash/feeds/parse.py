"""Documents of a source to its entries: what each document is, who reads it, and what they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from techdash.feeds import charset, dates, rules, soup, strict
from techdash.feeds.raw import RawFeed
from techdash.feeds.sniff import NotAFeed, what
from techdash.feeds.titles import title_of
from techdash.models.fetched import Fetched, Files, ParseJob
from techdash.models.parsed import ParsedFeed
from techdash.text.urls import resolve

# Where every source is a feed of XML, its worker starts sooner without these.
if TYPE_CHECKING:
    from techdash.feeds import notionnext

__all__ = ["NotAFeed", "parse"]


def parse(job: ParseJob) -> ParsedFeed:
    """The entries of a source's documents: a feed, a feed with the site's list pages, or local files.

    Reads RSS 0.90 to 2.0, RDF, Atom 0.3 and 1.0 (RFC 4287), JSON Feed 1.0 and 1.1, NotionNext list pages,
    Markdown, HTML and text files. Every string has passed :func:`techdash.text.clean.clean` after its last
    decoding. Where one of several documents can't be read, the note says so.

    Raises:
        NotAFeed: none of the documents gives entries.
    """
    feed: ParsedFeed | None = None
    lists: list[notionnext.ListPage] = []
    following: list[tuple[str, tuple[str, ...]]] = []
    refusals: list[NotAFeed] = []
    for document in job.documents:
        try:
            found, after = _read(document, job, lists)
        except NotAFeed as refusal:
            refusals.append(refusal)
            continue
        if isinstance(found, ParsedFeed):
            feed = feed or found
        else:
            lists.append(found)
            following += [(address, tuple(post.entry.key for post in found.posts)) for address in after[:1]]
    if lists or (feed and job.full_text == "notionnext"):
        from techdash.feeds import notionnext

        feed = notionnext.merged(feed, lists, max_items=job.max_items, language=job.language)
        feed = replace(feed, following=tuple(following))
    if feed is None:
        raise refusals[0] if refusals else NotAFeed("empty")
    if refusals:
        feed = replace(feed, note="; ".join(filter(None, (feed.note, *map(str, refusals)))))
    return feed


def _read(
    document: Fetched | Files, job: ParseJob, before: Sequence[notionnext.ListPage]
) -> tuple[ParsedFeed | notionnext.ListPage, list[str]]:
    """What a document holds, and where it, with the list pages before it, says that the list goes on."""
    if isinstance(document, Files):
        # It brings in Markdown, which no feed needs.
        from techdash.feeds import files

        if job.kind == "cheatsheet":
            return files.parse_sheets(document, job.title, now=job.now, language=job.language), []
        return files.parse(document, now=job.now, language=job.language), []
    url = document.final_url or document.url
    text = charset.decode(document.body, document.charset)
    match what(text, document.body):
        case "feed":
            try:
                raw = strict.parse(text, url)
            except strict.NotXml as soup_like:
                raw = soup.parse(soup_like.rest, url)
        case "json":
            from techdash.feeds import jsonfeed

            raw = jsonfeed.parse(text, url)
        case "html":
            from techdash.feeds import notionnext

            page = notionnext.read(text, url, now=job.now, language=job.language)
            if page is None:
                raise NotAFeed("html")
            return page, notionnext.next_pages(text, url, page, before)
        case other:
            raise NotAFeed(other)
    return _parsed(raw, job), []


def _parsed(raw: RawFeed, job: ParseJob) -> ParsedFeed:
    entries, cuts = rules.entries_of(raw, now=job.now, max_items=job.max_items, language=job.language)
    return ParsedFeed(
        version=raw.version,
        title=title_of(raw.title),
        site_url=(resolve(raw.base, raw.link) or "") if raw.link else "",
        language=rules.primary_language(raw.language),
        entries=tuple(entries),
        ttl=raw.ttl,
        skip_hours=dates.hours(raw.skip_hours),
        skip_days=dates.week_days(raw.skip_days),
        note="; ".join(note for note in (raw.note, cuts.note()) if note),
    )
