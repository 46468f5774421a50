"""The article in a page's HTML: found among everything around it, kept with all its structure.

trafilatura says which sentences are the article's; what holds them is then taken from the page itself, with
the headings, formulas, code, tables, figures and notes that trafilatura's own output loses (measured by
``tests/unit/test_feeds_article.py``). For the worker process only: trafilatura takes half a second to import.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborHTMLParser

from techdash.document.html_names import FOOTNOTES, NOISE, REFERENCES, is_hidden
from techdash.document.html_nodes import children
from techdash.document.html_text import to_text
from techdash.document.soup import bounded
from techdash.feeds import dates
from techdash.feeds.hreflang import translation
from techdash.feeds.raw import RawText
from techdash.feeds.rules import (
    EXCERPT,
    LARGEST_BODY,
    author_name,
    cut_markup,
    language_of,
    name_key,
    primary_language,
)
from techdash.feeds.titles import excerpt, title_from, title_of
from techdash.models.parsed import PageNote, ParsedEntry
from techdash.text import reading
from techdash.text.clean import clean
from techdash.text.urls import resolve

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

FOR_SUBSCRIBERS: PageNote = "the rest is for subscribers"
CUT_SHORT: PageNote = "cut short"

_FEWEST_WORDS = 20
# A page that asks for a name and a password, and holds no more words than this, is that and no article.
_WORDS_OF_A_FORM = 150
# Nor is a page whose title says so, with no more words than it takes to say what one agrees to.
_WORDS_OF_TERMS = 400
_LARGEST_PAGE = 4_000_000
# A found sentence counts where so many of its letters are the same; shorter ones stand in too many places.
_LONG_ENOUGH = 24
_SAMPLE = 160


class NotAnArticle(Exception):
    """Why a page gives no article: ``kind`` for programs, the words for people."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def entry_of(html: str, url: str, *, now: int, language: str = "") -> tuple[ParsedEntry, PageNote]:
    """The article of a page that was found at ``url``, with what the page says of it, and why it isn't whole.

    Links are absolute, and every string has passed :func:`techdash.text.clean.clean`.

    Raises:
        NotAnArticle: the page is a form to log in or to agree to something, or has no text to speak of.
    """
    html = html[:_LARGEST_PAGE]
    facts = _Facts.of(html)
    title = title_of(RawText(facts.title, "text")) if facts.title else ""
    if _GATE_ADDRESS.search(url):
        raise NotAnArticle("gate", _GATE)
    page = LexborHTMLParser(bounded(html))
    body = page.body
    if body is None:
        raise NotAnArticle("empty", _EMPTY)
    versions = translation(page, url)
    asks_for_password = body.css_first("input[type=password]") is not None
    is_sold = _SOLD.search(to_text(body.html or "")) is not None
    found = _kept(body, _sentences(html), url)
    text = to_text(found)
    words, minutes = reading.count(text)
    note = _note(facts, text, words, is_sold)
    if asks_for_password and not note and words < _WORDS_OF_A_FORM:
        raise NotAnArticle("gate", _GATE)
    if (_GATES.match(title) or _GATES.match(facts.window)) and (asks_for_password or words < _WORDS_OF_TERMS):
        raise NotAnArticle("gate", _GATE)
    if words < _FEWEST_WORDS:
        raise NotAnArticle("empty", _EMPTY)
    moment = dates.parse(facts.published, now) if facts.published else None
    entry = ParsedEntry(
        key=name_key(url),
        title=title or title_from(text),
        url=url,
        author=author_name(facts.author),
        published=moment.seconds if moment else None,
        date_only=moment.date_only if moment else False,
        language=language_of(f"{title} {text[:4000]}", primary_language(facts.language) or language),
        summary=excerpt(" ".join(text[: 2 * EXCERPT].split()), EXCERPT),
        body=found,
        words=words,
        minutes=minutes,
        translation=versions,
    )
    return entry, note


_GATE = "In its place there is a page to log in, or to agree to something."
_EMPTY = "The page holds no text that could be read."


# -- what the page says of itself


_META = re.compile(r"<meta\b([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_TITLE = re.compile(r"<title[^<>]*>([^<]{1,1000})", re.IGNORECASE)
_HTML_LANGUAGE = re.compile(r"<html\b[^<>]*?\slang\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_LINKED_DATA = re.compile(
    r"<script\b[^<>]*application/ld\+json[^<>]*>(.{1,200000}?)</script", re.IGNORECASE | re.DOTALL
)
_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Posting|Report)$")


@dataclass(slots=True)
class _Facts:
    """What a page's ``meta`` elements and JSON-LD (schema.org) say of its article."""

    title: str = ""
    window: str = ""  # its title in the browser's window
    author: str = ""
    published: str = ""
    language: str = ""
    tier: str = ""
    is_free: bool = True
    words: int = 0

    @classmethod
    def of(cls, html: str) -> _Facts:
        facts = cls()
        named: dict[str, str] = {}
        for source in _META.findall(html[:400_000])[:300]:
            values = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(source)}
            name = (values.get("property") or values.get("name") or values.get("itemprop") or "").lower()
            if name and "content" in values:
                named.setdefault(name, unescape(values["content"]).strip())
        title = _TITLE.search(html)
        facts.window = unescape(title[1]) if title else ""
        facts.title = named.get("og:title") or facts.window
        facts.author = named.get("author") or named.get("article:author") or ""
        facts.published = next(
            (named[name] for name in ("article:published_time", "datepublished", "date") if name in named), ""
        )
        facts.tier = named.get("article:content_tier", "").lower()
        language = _HTML_LANGUAGE.search(html[:100_000])
        facts.language = language[1] if language else ""
        if facts.author.startswith("http"):  # Open Graph's is often a profile
            facts.author = ""
        for thing in _linked_data(html):
            facts._read(thing)
        return facts

    def _read(self, thing: dict[str, Any]) -> None:
        if str(thing.get("isAccessibleForFree", "")).lower() in ("false", "no"):
            self.is_free = False
        words = thing.get("wordCount")
        if isinstance(words, int | str) and str(words).isdigit() and len(str(words)) < 8:
            self.words = max(self.words, int(words))
        self.title = self.title or _text(thing.get("headline"))
        self.published = self.published or _text(thing.get("datePublished"))
        author = thing.get("author")
        author = author[0] if isinstance(author, list) and author else author
        self.author = self.author or _text(author.get("name") if isinstance(author, dict) else author)


def _linked_data(html: str) -> Iterator[dict[str, Any]]:
    for source in _LINKED_DATA.findall(html)[:20]:
        try:
            found = json.loads(source)
        except (ValueError, RecursionError):
            continue
        things = found if isinstance(found, list) else [found]
        for thing in things[:50]:
            if not isinstance(thing, dict):
                continue
            graph = thing.get("@graph")
            for one in (thing, *(graph[:50] if isinstance(graph, list) else ())):
                if isinstance(one, dict) and any(map(_ARTICLE_TYPES.search, _names(one.get("@type")))):
                    yield one


def _names(value: object) -> list[str]:
    return (
        [value]
        if isinstance(value, str)
        else [one for one in value if isinstance(one, str)]
        if isinstance(value, list)
        else []
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


_GATES = re.compile(
    r"\s*(?:log[ -]?in|sign[ -]?in|log on|before you continue|just a moment|access denied|attention required"
    r"|are you a robot|are you human|verify(?:ing)? (?:that )?you are|security check|we value your privacy"
    r"|your privacy choices|cookie (?:consent|preferences|settings)|登录|登陆|请登录|安全验证)",
    re.IGNORECASE,
)
_GATE_ADDRESS = re.compile(
    r"^https?://(?:consent|login|accounts|auth)\.|/(?:log-?in|sign-?in|consent|captcha)(?:[/?.]|$)",
    re.IGNORECASE,
)
# What stands where the rest would, in the words of those who sell it.
_SOLD = re.compile(
    r"this (?:post|article|story|content|newsletter|page) is (?:only )?(?:for|available to|reserved for)"
    r" (?:our )?(?:paid|paying|premium|subscrib|members)"
    r"|(?:subscribe|sign up|join|upgrade)(?: now| today)? to (?:continue|keep) reading"
    r"|(?:subscribe|upgrade)(?: now| today)? to (?:read|unlock) (?:the rest|the full|this|more)"
    r"|(?:continue|keep) reading (?:with|for free with|by subscribing)"
    r"|to (?:continue|keep) reading,? (?:please )?(?:subscribe|log in|sign in|register)"
    r"|already a (?:paid )?(?:subscriber|member)\?"
    r"|you(?:'|’)ve reached your (?:free )?(?:article|story) limit"
    r"|(?:订阅|登录|登陆|付费|购买|开通会员)(?:之?后|即可)+(?:继续)?(?:阅读|查看)|剩余\s*\d+%|付费(?:内容|阅读|文章)",
    re.IGNORECASE,
)
_ENDS_CUT = re.compile(
    r"(?:\[(?:…|\.\.\.|&hellip;)\]|\b(?:read|see) (?:more|the rest|the full (?:article|story|post))"
    r"|\bcontinue reading|阅读全文|继续阅读|查看全文)[\s.…»›→>]*\Z",
    re.IGNORECASE,
)


def _note(facts: _Facts, text: str, words: int, sold: bool) -> PageNote:
    """What is missing of the text, in the publisher's own word for it where there is one."""
    is_whole = facts.words > 0 and words >= 0.8 * facts.words
    if not is_whole and (sold or not facts.is_free or facts.tier == "locked"):
        return FOR_SUBSCRIBERS
    if (facts.words and words < 0.5 * facts.words) or _ENDS_CUT.search(text[-200:].rstrip()):
        return CUT_SHORT
    return ""


# -- where the article is


def _sentences(html: str) -> list[str]:
    """The paragraphs that trafilatura takes for the article's, letters and digits alone."""
    from trafilatura import bare_extraction

    try:
        found = bare_extraction(
            html, include_comments=False, include_tables=True, include_formatting=False, favor_recall=True
        )
    except Exception:  # noqa: BLE001 - where it fails, the author's own elements tell the place
        return []
    if found is None:
        return []
    body = getattr(found, "body", None)
    pieces: Iterable[str]
    if body is None:
        pieces = (getattr(found, "text", "") or "").splitlines()
    else:
        pieces = ("".join(one.itertext()) for one in body.iter("p", "head", "item", "quote", "cell", "code"))
    return [letters for piece in pieces if len(letters := _letters(piece)) >= _LONG_ENOUGH]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


class _Page:
    """A page's elements with how many letters of the article's sentences are in each."""

    def __init__(self, body: LexborNode, sentences: list[str]) -> None:
        self._letters: list[str] = []
        self._length = 0
        self._spans: dict[int, tuple[int, int]] = {}
        self._measure(body)
        text = "".join(self._letters)
        # How many of the letters before each position are of the article.
        marks = bytearray(len(text))
        at = 0
        for sentence in sentences:
            sample = sentence[:_SAMPLE]
            place = text.find(sample, at)
            if place < 0:
                place = text.find(sample)
            if place >= 0:
                end = min(place + len(sentence), len(text))
                marks[place:end] = b"\x01" * (end - place)
                at = place if place < at else end
        self._marks = marks
        self.whole = sum(marks)
        first = marks.find(1)
        self.start, self.end = (first, marks.rfind(1) + 1) if first >= 0 else (0, len(text))

    def _measure(self, body: LexborNode) -> None:
        stack: list[tuple[LexborNode, Iterator[LexborNode], int]] = [(body, children(body), 0)]
        while stack:
            node, left, start = stack[-1]
            child = next(left, None)
            if child is None:
                stack.pop()
                self._spans[node.mem_id] = (start, self._length)
                continue
            tag = child.tag or ""
            if tag == "-text":
                letters = _letters(child.text_content or "")
                self._letters.append(letters)
                self._length += len(letters)
            elif not tag.startswith(("-", "!")) and tag not in _UNREAD:
                stack.append((child, children(child), self._length))

    def span(self, node: LexborNode) -> tuple[int, int]:
        return self._spans.get(node.mem_id, (0, 0))

    def weight(self, node: LexborNode) -> int:
        """Letters of the article in an element."""
        start, end = self.span(node)
        return self._marks.count(1, start, end)


_UNREAD = frozenset(["script", "style", "template", "noscript", "svg", "iframe", "textarea", "select"])
# Of the sentences found this much is in the element that holds the article, or it isn't the one.
_HELD = 0.85


def _kept(body: LexborNode, sentences: list[str], url: str) -> str:
    page = _Page(body, sentences)
    holder = _holder(body, page)
    _prune(holder, page)
    _absolute(holder, url)
    return cut_markup(clean(holder.html or ""), LARGEST_BODY)


def _holder(body: LexborNode, page: _Page) -> LexborNode:
    """The innermost element with nearly all of the article; its author's ``article`` where none was found."""
    if not page.whole:
        found = body.css("article")
        return found[0] if len(found) == 1 else body.css_first("main") or body
    here = body
    while True:
        inner = next(
            (
                child
                for child in children(here)
                if (child.tag or "") in _HOLDERS and page.weight(child) >= _HELD * page.whole
            ),
            None,
        )
        if inner is None:
            return here
        here = inner


_HOLDERS = frozenset(
    ["article", "body", "center", "div", "main", "section", "td", "tr", "tbody", "table", "form", "span"]
)


# -- what in it is not the article's


# Never the text, even where it was taken for it; and what is no text where none was found in it.
_NEVER = frozenset(
    [
        *("share", "sharing", "sharedaddy", "comment", "comments", "respond", "disqus", "giscus", "replies"),
        *("related", "relatedposts", "recommended", "recommendations", "newsletter", "cookie", "cookies"),
        *("consent", "gdpr", "onetrust", "breadcrumb", "breadcrumbs", "pagination", "sidebar", "nav"),
        *("navbar", "navigation", "menu", "footer", "toc", "responses", "webmentions"),
    ]
)
_ELSE = frozenset(
    [
        *(
            "social",
            "addtoany",
            "recommend",
            "readnext",
            "subscribe",
            "subscription",
            "signup",
            "optin",
            "cmp",
        ),
        *(
            "pager",
            "prevnext",
            "byline",
            "meta",
            "metadata",
            "postmeta",
            "dateline",
            "tags",
            "taglist",
            "promo",
        ),
        *(
            "advert",
            "advertisement",
            "ads",
            "ad",
            "sponsor",
            "sponsored",
            "popup",
            "modal",
            "toolbar",
            "rating",
        ),
        *("claps", "likes", "reactions", "widget", "skip", "banner", "bio", "backlinks", "permalink"),
    ]
)
_ROLES = frozenset(
    [
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "search",
        "dialog",
        "alertdialog",
        "menu",
        "menubar",
    ]
)
_DROPPED = frozenset(
    [
        *("nav", "form", "button", "input", "select", "textarea", "noscript", "template", "style", "link"),
        *("dialog", "menu", "object", "embed", "applet", "canvas", "meta", "title", "base"),
    ]
)
# What a text is made of besides sentences: never taken for trimmings by itself.
_STRUCTURE = (
    "pre, table, figure, math, mjx-container, img, video, audio, .katex, .MathJax, .notion-equation, "
    "script[type^='math/tex'], sup, [role^='doc-'], .footnote, .footnotes, .wp-block-footnotes"
)
# More of the article than this is in nothing that is not the article, whatever it is called.
_MOST_LOST = 0.4


def _prune(holder: LexborNode, page: _Page) -> None:
    """Take out of the article what stands around and between its parts."""
    stack = [holder]
    while stack:
        for child in list(children(stack.pop())):
            tag = child.tag or ""
            if tag == "-text":
                continue
            if tag.startswith(("-", "!")) or _is_trimming(child, tag, page):
                child.decompose()
            elif tag not in _LEAVES and _OURS.isdisjoint((child.attributes.get("class") or "").split()):
                stack.append(child)


_LEAVES = frozenset(
    ["p", "pre", "table", "math", "svg", "h1", "h2", "h3", "h4", "h5", "h6", "mjx-container", "a"]
)


def _is_trimming(node: LexborNode, tag: str, page: _Page) -> bool:
    attributes = node.attributes
    if tag == "script":
        return not (attributes.get("type") or "").startswith("math/tex")
    classes = (attributes.get("class") or "").split()
    role = attributes.get("role") or ""
    if not _OURS.isdisjoint(classes) or role.startswith("doc-") or tag in _INLINE_TAGS:
        return False
    weight = page.weight(node)
    if weight > _MOST_LOST * page.whole:
        return False
    if tag in _DROPPED or role in _ROLES or is_hidden(attributes):
        return True
    names = _words_of(classes, attributes.get("id") or "") if tag not in _LEAVES else frozenset()
    if not names.isdisjoint(_NEVER):
        return True
    if weight:
        return False
    if not names.isdisjoint(_ELSE) or (tag in ("footer", "aside") and not _is_note(node, attributes)):
        return True
    if tag in _LISTS and _is_all_links(node):
        return True
    start, end = page.span(node)
    # Before the first of its sentences and after the last, what is no sentence may still be its own.
    outside = end <= page.start or start >= page.end
    return outside and not (tag in _HEADS or tag in _LEAVES - {"p", "a"} or node.css_first(_STRUCTURE))


_OURS = FOOTNOTES | REFERENCES | NOISE
_HEADS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "header", "img", "picture", "figure"])
_LISTS = frozenset(["ul", "ol", "div", "section", "p", "table"])
_INLINE_TAGS = frozenset(
    [
        *("a", "abbr", "b", "br", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "math", "q", "s"),
        *("samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr", "hr", "mjx-container"),
    ]
)


def _words_of(classes: list[str], identity: str) -> frozenset[str]:
    """The first and the last word of each class and of the id: "post-comments", "comment-list"."""
    found: set[str] = set()
    for name in (*classes, identity):
        words = re.split(r"[-_]+", name.lower())
        found |= {words[0], words[-1], words[0] + words[-1]}
    return frozenset(found)


def _is_note(node: LexborNode, attributes: dict[str, str | None]) -> bool:
    """Whether an aside belongs to the text: a callout, a side note, footnotes."""
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('role') or ''}"
    return bool(re.search(r"note|callout|admonition|tip|warning|hint|alert", names, re.IGNORECASE))


def _is_all_links(node: LexborNode) -> bool:
    whole = len(_letters(node.text() or ""))
    if not whole:
        return False
    linked = sum(len(_letters(link.text() or "")) for link in node.css("a[href]"))
    return linked >= 0.8 * whole and node.css_first("img, pre, figure, math") is None


_ADDRESSES = ("href", "src", "poster", "data-src", "data-original")


def _absolute(holder: LexborNode, url: str) -> None:
    """Write links and pictures as seen from anywhere: the entry's address may be another than the page's."""
    for name in _ADDRESSES:
        for node in holder.css(f"[{name}]"):
            value = (node.attributes.get(name) or "").strip()
            if value and not value.startswith(("#", "http://", "https://", "data:")):
                node.attrs[name] = resolve(url, value) or ""
