"""List pages of NotionNext blogs, which are fresher than their feed, and the two put together.

NotionNext (4.9) writes its feed only when the site is built, and its lists every minute. Both name the same
posts under several addresses: three hosts, double slashes, Notion's page id instead of the slug.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from techdash.feeds import dates
from techdash.feeds.raw import RawText
from techdash.feeds.rules import LARGEST_SUMMARY, language_of, tags_of
from techdash.feeds.titles import excerpt, title_of
from techdash.models import ParsedEntry, ParsedFeed
from techdash.text import reading
from techdash.text.clean import clean, one_line
from techdash.text.urls import resolve

_DATA = re.compile(r"""<script\b[^>]*\bid\s*=\s*["']?__NEXT_DATA__\b[^>]*>""", re.IGNORECASE)
_PAGE_ID = re.compile(r"[0-9a-f]{32}")
_MOST_POSTS = 5_000


@dataclass(frozen=True, slots=True)
class Post:
    """A post as a list shows it; ``id`` is Notion's page id without hyphens."""

    id: str
    entry: ParsedEntry
    locked: bool = False


@dataclass(frozen=True, slots=True)
class ListPage:
    title: str
    site_url: str
    posts: tuple[Post, ...]


def read(html: str, url: str, *, now: int, language: str = "") -> ListPage | None:
    """The posts that a page lists in its ``__NEXT_DATA__``, or None where it lists none."""
    properties = _page_properties(html)
    if properties is None:
        return None
    listed = properties.get("posts")
    if not isinstance(listed, list):
        return None
    site = properties.get("siteInfo")
    posts = [_post(one, url, now, language) for one in listed[:_MOST_POSTS] if isinstance(one, dict)]
    return ListPage(
        title=title_of(RawText(_text(site.get("title")), "text")) if isinstance(site, dict) else "",
        site_url=resolve(url, "/") or "",
        posts=tuple(post for post in posts if post is not None),
    )


def merged(feed: ParsedFeed | None, lists: Sequence[ListPage], *, max_items: int) -> ParsedFeed:
    """The feed's entries and the lists' as one, each post once, under its slug, newest first.

    A post's address, title, day and tags are the list's, its body the feed's, its summary the longer one.
    Entries of a feed alone get the same keys as they would beside a list.
    """
    posts: dict[str, Post] = {}
    for post in (post for one in lists for post in one.posts):
        posts.setdefault(post.entry.key, post)
    by_id = {post.id: post for post in posts.values() if post.id}
    entries: dict[str, ParsedEntry] = {key: post.entry for key, post in posts.items()}
    for entry in feed.entries if feed else ():
        slug = _slug(entry.url or entry.key)
        found = by_id.get(slug) or posts.get(f"post:{slug}")
        key = found.entry.key if found else f"post:{slug}"
        before = entries.get(key)
        if before is None or not before.body:
            entries[key] = _joined(entry, found.entry) if found else replace(entry, key=key)
    newest = sorted(entries.values(), key=lambda entry: entry.published or 0, reverse=True)
    kept = newest[:max_items]
    locked = sum(post.locked for post in posts.values())
    notes = [
        feed.note if feed else "",
        f"{len(kept)} of {len(newest)} entries kept" if len(kept) < len(newest) else "",
        f"{locked} behind a password" if locked else "",
    ]
    return ParsedFeed(
        version=feed.version if feed else "notionnext",
        title=(feed.title if feed else "") or next((one.title for one in lists), ""),
        site_url=next((one.site_url for one in lists), feed.site_url if feed else ""),
        language=feed.language if feed else "",
        entries=tuple(kept),
        ttl=feed.ttl if feed else None,
        note="; ".join(note for note in notes if note),
    )


def _joined(entry: ParsedEntry, post: ParsedEntry) -> ParsedEntry:
    return replace(
        post,
        author=entry.author or post.author,
        published=post.published if post.published is not None else entry.published,
        date_only=post.date_only if post.published is not None else entry.date_only,
        language=entry.language or post.language,
        summary=max(entry.summary, post.summary, key=len),
        body=entry.body,
        body_format=entry.body_format,
        tags=post.tags or entry.tags,
        enclosures=entry.enclosures,
        comments_url=entry.comments_url,
        words=entry.words,
        minutes=entry.minutes,
    )


def _page_properties(html: str) -> dict[str, Any] | None:
    start = _DATA.search(html)
    if start is None:
        return None
    end = html.find("</script", start.end())
    try:
        data = json.loads(html[start.end() : end if end > 0 else len(html)])
        properties = data["props"]["pageProps"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return None
    return properties if isinstance(properties, dict) else None


def _post(post: dict[str, Any], page_url: str, now: int, language: str) -> Post | None:
    if post.get("type") not in (None, "Post") or post.get("status") not in (None, "Published"):
        return None
    slug_path, href = _text(post.get("slug")), _text(post.get("href"))
    slug = _slug(slug_path or href)
    title = title_of(RawText(_text(post.get("title")), "text"))
    if not slug or not title:
        return None
    prefix = "en/" if _is_english(page_url) else ""
    url = resolve(page_url, href or f"/{prefix}{slug_path.lstrip('/')}") or ""
    page_id = _text(post.get("id")).replace("-", "").lower()
    summary = excerpt(clean(_text(post.get("summary")).strip()), LARGEST_SUMMARY)
    moment = _published(post, now)
    words, minutes = reading.count(summary)
    tags = [post.get("category"), *_list(post.get("tags"))]
    entry = ParsedEntry(
        key=f"post:{slug}",
        title=title,
        url=url,
        published=moment.seconds if moment else None,
        date_only=moment.date_only if moment else False,
        language=language_of(f"{title} {summary}", "en" if _is_english(url) else language),
        summary=summary,
        body_format="text",
        tags=tags_of(tag for tag in tags if isinstance(tag, str)),
        words=words,
        minutes=minutes,
    )
    return Post(page_id if _PAGE_ID.fullmatch(page_id) else "", entry, bool(_text(post.get("password"))))


def _published(post: dict[str, Any], now: int) -> dates.Moment | None:
    """The day that the page shows; the moment only where there is no day."""
    if moment := dates.parse(_text(post.get("publishDay")), now):
        return moment
    value = post.get("publishDate")
    if isinstance(value, int | float) and 0 < value < 1e14:
        return dates.parse(str(int(value)).zfill(12), now)
    return dates.parse(_text(value), now)


def _slug(address: str) -> str:
    """The last part of an address's path, in lower case; a page id without its hyphens."""
    try:
        path = urlsplit(address).path
    except ValueError:
        path = address
    parts = [part for part in path.split("/") if part]
    slug = one_line(unquote(parts[-1])).lower() if parts else ""
    page_id = slug.replace("-", "")
    return page_id if _PAGE_ID.fullmatch(page_id) else slug


def _is_english(url: str) -> bool:
    return re.match(r"(?:https?://[^/]*)?/+en(?:/|$)", url) is not None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> Iterable[Any]:
    return value if isinstance(value, list) else []
