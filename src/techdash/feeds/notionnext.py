"""What a NotionNext blog serves: its list pages, its posts' pages, its sitemap, and the feed beside them.

NotionNext (4.9) writes its feed only when the site is built, and its pages every minute. All name the same
posts under several addresses: three hosts, double slashes, Notion's page id instead of the slug. A slug may
be that of two texts, one in each language of the site; a list in one language may hold texts in another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from techdash.feeds import dates
from techdash.feeds.raw import RawText
from techdash.feeds.rules import (
    LARGEST_BODY,
    LARGEST_SUMMARY,
    author_name,
    cut_markup,
    language_of,
    tags_of,
)
from techdash.feeds.titles import excerpt, title_of
from techdash.models.parsed import PageNote, ParsedEntry, ParsedFeed
from techdash.text import reading
from techdash.text.clean import clean, one_line
from techdash.text.translations import unmarked
from techdash.text.urls import host, resolve

_DATA = re.compile(r"""<script\b[^>]*\bid\s*=\s*["']?__NEXT_DATA__\b[^>]*>""", re.IGNORECASE)
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3041-\u30ff]")
_PAGE_ID = re.compile(r"[0-9a-f]{32}")
_MOST_POSTS = 5_000
_MOST_PAGES = 500
_MOST_ADDRESSES = 50_000
# What every page of such a site has beside its own.
_SITE = frozenset(
    ["NOTION_CONFIG", "allNavPages", "customNav", "latestPosts", "notice", "post", "postCount", "posts"]
)
# A language between a name and its day or week: ``ai-daily-en-2026-05-12``.
_EDITION = re.compile(r"-(en|zh|cn)(?=-[0-9]{4}\b)")
_LANGUAGE = re.compile(r"/*(en|zh)(?:-[a-z]{2,4})?(?=/|$)", re.IGNORECASE)
_NUMBERED = re.compile(r"(.*?)/+page/+([0-9]{1,6})/*", re.DOTALL)
_LINK = re.compile(r"""<a\b[^>]*\shref\s*=\s*["']([^"'<>]*?/page/[0-9]{1,6})/?["']""", re.IGNORECASE)
# The pages of a site that are no posts, by the first folder of their address.
_NO_POSTS = frozenset(
    [
        *("archive", "auth", "category", "dashboard", "feed", "friends", "links", "page", "rss", "search"),
        *("sign-in", "sign-up", "signin", "signup", "sitemap", "tag"),
    ]
)


@dataclass(frozen=True, slots=True)
class Post:
    """A post as a list shows it; ``id`` is Notion's page id without hyphens."""

    id: str
    entry: ParsedEntry
    locked: bool = False


@dataclass(frozen=True, slots=True)
class ListPage:
    """``count`` is how many posts the site says there are in this list, 0 where it does not say.

    ``folder`` is the path of the list's first page, without a slash at its end; ``listed`` how many posts
    this page has, also those that can't be read.
    """

    title: str
    site_url: str
    posts: tuple[Post, ...]
    count: int = 0
    folder: str = ""
    listed: int = 0


@dataclass(frozen=True, slots=True)
class PostPage:
    """A post's own page; ``note`` says in words why its text is not whole.

    The entry's ``body_format`` tells the complete text of the record map ("notion") from the page's HTML,
    which lacks equations and code. Without either the entry has its summary alone.
    """

    id: str
    entry: ParsedEntry
    locked: bool = False
    note: PageNote = ""


def recognised(html: str) -> bool:
    """Whether a page is one of a NotionNext site, told by what it serves, not by its host."""
    properties = _page_properties(html)
    return (
        properties is not None
        and isinstance(properties.get("siteInfo"), dict)
        and not _SITE.isdisjoint(properties)
    )


def read(html: str, url: str, *, now: int, language: str = "") -> ListPage | None:
    """The posts that a page lists in its ``__NEXT_DATA__``, or None where it lists none."""
    properties = _page_properties(html)
    if properties is None:
        return None
    listed = properties.get("posts")
    if not isinstance(listed, list):
        return None
    site, count = properties.get("siteInfo"), properties.get("postCount")
    posts = [_post(one, url, now, language) for one in listed[:_MOST_POSTS] if isinstance(one, dict)]
    return ListPage(
        title=title_of(RawText(_text(site.get("title")), "text")) if isinstance(site, dict) else "",
        site_url=resolve(url, "/") or "",
        posts=tuple(post for post in posts if post is not None),
        count=count if type(count) is int and 0 < count < 1_000_000 else 0,
        folder=_place(url)[0],
        listed=len(posts),
    )


def next_pages(html: str, url: str, page: ListPage, others: Iterable[ListPage] = ()) -> list[str]:
    """The addresses of the list pages that follow one, nearest first: ``/page/2``, ``/en/page/2``, …

    From a first page as many as its count of posts asks for; where the site does not say it, as far as the
    page's links lead. From any other the next alone, for it may be the last and short, as only the pages
    before it, if they are among the ``others``, can tell.
    """
    folder, number = _place(url)
    last = 0
    if page.posts and page.count:
        whole = max(one.listed for one in (page, *others) if one is page or one.folder == folder)
        last = -(-page.count // whole)
        last = min(last, number + 1) if number > 1 else last
    elif page.posts:
        for link in _LINK.findall(html):
            found = _NUMBERED.fullmatch(urlsplit(resolve(url, link) or "").path)
            if found and found[1].rstrip("/") == folder:
                last = max(last, int(found[2]))
    following = range(number + 1, min(last, _MOST_PAGES) + 1)
    return [link for n in following if (link := resolve(url, f"{folder}/page/{n}"))]


def _place(url: str) -> tuple[str, int]:
    """The path of the list that a page is of, and its number there."""
    path = urlsplit(url).path
    numbered = _NUMBERED.fullmatch(path)
    return (numbered[1], int(numbered[2])) if numbered else (path.rstrip("/"), 1)


def post(html: str, url: str, *, now: int, language: str = "") -> PostPage | None:
    """The post whose own page this is, or None where it is another page.

    Its text is made from the record map that the page carries; where there is none, from the page's HTML,
    without the box of the post's properties. What is behind a password has its summary alone.
    """
    properties = _page_properties(html)
    given = properties.get("post") if properties is not None else None
    found = _post(given, url, now, language) if isinstance(given, dict) else None
    if found is None or not isinstance(given, dict):
        return None
    if found.locked:
        return PostPage(found.id, found.entry, locked=True, note="behind a password")
    from techdash.document import notion
    from techdash.document.outline import plain_text

    body = notion.stored(given.get("blockMap"), found.id, url)
    if body:
        document = notion.parse(body, url)
        words, minutes = reading.count(plain_text(document.blocks()))
        entry = replace(found.entry, body=body, body_format="notion", words=words, minutes=minutes)
        note: PageNote = "cut short" if document.meta.get("cut") else ""
        return PostPage(found.id, entry, note=note)
    return PostPage(found.id, _with_html(found.entry, html))


def merged(
    feed: ParsedFeed | None, lists: Sequence[ListPage], *, max_items: int, language: str = ""
) -> ParsedFeed:
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
        name = _key(slug, _said(entry.title, entry.summary), language)
        found = by_id.get(slug) or posts.get(name)
        key = found.entry.key if found else name
        before = entries.get(key)
        if before is None or not before.body:
            entries[key] = (
                _joined(entry, found.entry)
                if found
                else replace(entry, key=key, translation=_translation(slug))
            )
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
        skip_hours=feed.skip_hours if feed else (),
        skip_days=feed.skip_days if feed else (),
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


# -- the sitemap


def sitemap(xml: str, base: str) -> tuple[tuple[str, str], ...]:
    """The posts that a sitemap (sitemaps.org 0.9) names, newest first: address and ``lastmod``, or "".

    ``base`` is the sitemap's own address, on whose host every address is given: the site answers under
    several. Empty for an index of sitemaps, and for what is none at all; of a broken one, what can be read.
    """
    posts: dict[str, str] = {}
    for address, modified in _located(xml, "url"):
        link = _on(base, address)
        if link and _is_post(link) and modified >= posts.get(link, ""):
            posts[link] = modified
    return tuple(sorted(posts.items(), key=lambda one: one[1], reverse=True))


def sitemaps(xml: str, base: str) -> tuple[str, ...]:
    """The sitemaps that an index of sitemaps names, newest first, on the host of ``base``."""
    found = sorted(_located(xml, "sitemap"), key=lambda one: one[1], reverse=True)
    return tuple(dict.fromkeys(link for address, _ in found if (link := _on(base, address))))


def _located(xml: str, holder: str) -> list[tuple[str, str]]:
    """Address and ``lastmod`` of each ``url`` or ``sitemap`` element, as far as the document is XML.

    A document type, which no sitemap has, ends it: so there are no entities to expand.
    """
    from xml.parsers.expat import ExpatError, ParserCreate

    found: list[tuple[str, str]] = []
    stack: list[str] = []
    values = {"loc": "", "lastmod": ""}

    def start(name: str, _: dict[str, str]) -> None:
        stack.append(name.rpartition(" ")[2] if len(stack) < 8 else "")
        if stack[-1] == holder:
            values.update(loc="", lastmod="")

    def end(_: str) -> None:
        if stack.pop() == holder and values["loc"] and len(found) < _MOST_ADDRESSES:
            found.append((values["loc"].strip(), one_line(values["lastmod"])[:40]))

    def text(data: str) -> None:
        if len(stack) > 1 and stack[-2] == holder and stack[-1] in values and len(values[stack[-1]]) < 4_000:
            values[stack[-1]] += data

    def refuse(*_: object) -> None:
        raise ValueError("a sitemap with a document type")

    parser = ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, refuse
    with suppress(ExpatError, ValueError):
        parser.Parse(clean(xml).lstrip().encode(), True)
    return found


def _on(base: str, address: str) -> str:
    """The address on the host of ``base``, where it is one of the same site; else empty."""
    link = resolve(base, address)
    if not link:
        return ""
    ours, theirs = _bare_host(base), _bare_host(link)
    if not (ours == theirs or ours.endswith(f".{theirs}") or theirs.endswith(f".{ours}")):
        return ""
    parts = urlsplit(link)
    query = f"?{parts.query}" if parts.query else ""
    return resolve(base, re.sub("/{2,}", "/", parts.path or "/") + query) or ""


def _bare_host(url: str) -> str:
    return host(url).removeprefix("www.").removeprefix("blog.")


def _is_post(url: str) -> bool:
    path = urlsplit(url).path
    prefix = _LANGUAGE.match(path)
    parts = [part for part in path[prefix.end() if prefix else 0 :].split("/") if part]
    return bool(parts) and parts[0].lower() not in _NO_POSTS


# -- a post


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
    slug = _slug(_text(post.get("slug")) or _text(post.get("href")))
    title = title_of(RawText(_text(post.get("title")), "text"))
    if not slug or not title:
        return None
    page_id = _text(post.get("id")).replace("-", "").lower()
    summary = excerpt(clean(_text(post.get("summary")).strip()), LARGEST_SUMMARY)
    said = _said(title, summary)
    url = _address(post, page_url, said)
    moment = _published(post, now)
    words, minutes = reading.count(summary)
    tags = [post.get("category"), *_list(post.get("tags"))]
    entry = ParsedEntry(
        key=_key(slug, said, language),
        title=title,
        url=url,
        author=author_name(_text(post.get("author"))),
        published=moment.seconds if moment else None,
        date_only=moment.date_only if moment else False,
        language=said or language_of(f"{title} {summary}", "en" if _is_english(url) else language),
        summary=summary,
        body_format="text",
        tags=tags_of(tag for tag in tags if isinstance(tag, str)),
        words=words,
        minutes=minutes,
        translation=_translation(slug),
    )
    locked = post.get("password") not in (None, "", [], False)
    return Post(page_id if _PAGE_ID.fullmatch(page_id) else "", entry, locked)


def _address(post: dict[str, Any], page_url: str, said: str) -> str:
    """Where a post stands; an English one of an English list below ``/en``, whatever its ``href`` says."""
    href = _text(post.get("href"))
    path = href or "/" + _text(post.get("slug")).lstrip("/")
    if _is_english(page_url) and not _is_english(path) and (said == "en" or not href):
        path = f"/en/{path.lstrip('/')}" if not path.startswith("http") else path
    return resolve(page_url, path) or ""


def _with_html(entry: ParsedEntry, html: str) -> ParsedEntry:
    """The entry with the text that stands in its page, where there is any."""
    from techdash.document.html_text import to_text

    body = _article(html)
    words, minutes = reading.count(to_text(body))
    if not words:
        return entry
    return replace(entry, body=body, body_format="html", words=words, minutes=minutes)


def _article(html: str) -> str:
    """The part of a page that react-notion-x made, without the box of the post's properties and its title."""
    from selectolax.lexbor import LexborHTMLParser

    from techdash.document.soup import bounded

    tree = LexborHTMLParser(bounded(html))
    for name in (
        ".notion-page-content-inner",
        ".notion-page-content",
        "main.notion",
        ".notion",
        "#notion-article",
    ):
        node = tree.css_first(name)
        if node is None:
            continue
        for box in node.css(".notion-collection-page-properties, .notion-title, script, style"):
            box.decompose()
        body = clean(node.html or "")
        return body if len(body) <= LARGEST_BODY else cut_markup(body, LARGEST_BODY)
    return ""


def _published(post: dict[str, Any], now: int) -> dates.Moment | None:
    """The day that the page shows; the moment only where there is no day."""
    if moment := dates.parse(_text(post.get("publishDay")), now):
        return moment
    value = post.get("publishDate")
    if isinstance(value, int | float) and 0 < value < 1e14:
        return dates.parse(str(int(value)).zfill(12), now)
    return dates.parse(_text(value), now)


# -- identity


def _slug(address: str) -> str:
    """The last part of an address's path, in lower case; a page id without its hyphens."""
    try:
        path = urlsplit(address).path
    except ValueError:
        path = address
    parts = [part for part in path.split("/") if part]
    slug = one_line(unquote(parts[-1])).lower().removesuffix(".html") if parts else ""
    page_id = slug.replace("-", "")
    return page_id if _PAGE_ID.fullmatch(page_id) else slug


def _said(title: str, summary: str) -> str:
    """The language of a post by what every list says of it, so that each tells the same.

    A title in Chinese may be English for the most part; one in English has not a single Han character.
    """
    if _HAN.search(title) and not _KANA.search(title):
        return "zh"
    return reading.language(f"{title} {summary[:300]}")


def _key(slug: str, said: str, language: str) -> str:
    """A post's key: its slug, which on a site in Chinese may also be that of another text, in English."""
    base = "en" if language == "en" else "zh"
    if said in ("en", "zh") and said != base and not _PAGE_ID.fullmatch(slug) and _translation(slug) == slug:
        return f"post:{said}/{slug}"
    return f"post:{slug}"


def _translation(slug: str) -> str:
    """What the slugs of one text in two languages share."""
    return unmarked(_EDITION.sub("", slug, count=1))[0] or slug


def _is_english(url: str) -> bool:
    return re.match(r"(?:https?://[^/]*)?/+en(?:/|$)", url) is not None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> Iterable[Any]:
    return value if isinstance(value, list) else []
