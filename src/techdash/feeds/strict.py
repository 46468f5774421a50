"""RSS and Atom documents that are XML, or nearly: expat's tree to a RawFeed.

RSS 0.90 to 2.0, RSS 1.0 (RDF), Atom 0.3 and 1.0 (RFC 4287), with the modules in use: content, Dublin Core,
iTunes, Media RSS, well-formed web. No document type is ever handed to the parser, so there are no entities
to expand and nothing to fetch.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from html import escape
from html.entities import html5
from itertools import islice
from types import MappingProxyType
from typing import cast
from xml.etree.ElementTree import Element, ParseError, XMLParser, XMLPullParser
from xml.parsers.expat import errors

from techdash.feeds.raw import RawEnclosure, RawEntry, RawFeed, RawFormat, RawText
from techdash.feeds.sniff import FEED_ROOT, NotAFeed
from techdash.text.clean import one_line
from techdash.text.urls import resolve

_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_PREFIXES = {
    "": "",
    "http://purl.org/rss/1.0": "",
    "http://my.netscape.com/rdf/simple/0.9": "",
    "http://channel.netscape.com/rdf/simple/0.9": "",
    "http://purl.org/net/rss1.1": "",
    "http://backend.userland.com/rss": "",
    "http://backend.userland.com/rss2": "",
    "http://backend.userland.com/rss091": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://cyber.law.harvard.edu/rss": "",
    "http://www.rssboard.org/rss-specification": "",
    "http://www.w3.org/2005/atom": "atom:",
    "http://purl.org/atom/ns": "atom:",
    "http://purl.org/atom/app": "app:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns": "rdf:",
    "http://purl.org/rss/1.0/modules/content": "content:",
    "http://purl.org/dc/elements/1.1": "dc:",
    "http://purl.org/dc/elements/1.0": "dc:",
    "http://purl.org/dc/terms": "dcterms:",
    "http://purl.org/rss/1.0/modules/syndication": "sy:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://example.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://search.yahoo.com/mrss": "media:",
    "http://wellformedweb.org/commentapi": "wfw:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://www.w3.org/1999/xhtml": "xhtml:",
}
# Elements of HTML without an end tag: written as "<br>" they never close.
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)

# Best first: when it was published, before when it was changed.
_RSS_DATES = (
    *("pubdate", "dc:date", "atom:published", "dcterms:created", "dcterms:issued", "atom:updated"),
    *("dcterms:modified", "published", "date", "updated"),
)
_ATOM_DATES = (
    *("atom:published", "atom:issued", "dcterms:issued", "dc:date", "atom:created", "atom:updated"),
    "atom:modified",
)
_RSS_CONTENT = (
    *("content:encoded", "xhtml:body", "xhtml:div", "atom:content", "content", "body", "fullitem"),
)
_RSS_SUMMARIES = (
    *("description", "atom:summary", "dc:description", "dcterms:abstract", "itunes:summary", "summary"),
    "abstract",
)
_RSS_AUTHORS = ("dc:creator", "author", "itunes:author", "dc:author")
_RSS_TAGS = ("category", "dc:subject")
_MEDIA = frozenset(("media:group", "media:content", "media:description", "media:category", "itunes:category"))
# Atom's words for a type of text, and what is read as HTML: nothing else is.
_FORMATS: dict[str, RawFormat] = {
    "": "guess",
    "text": "text",
    "text/plain": "text",
    "html": "html",
    "text/html": "html",
    "xhtml": "html",
    "application/xhtml+xml": "html",
    "markdown": "markdown",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
}
_IS_TEXT = re.compile(r"text/|.*[/+]xml$")
# Of anything that an entry has many of, more than anyone wants: a feed with more is broken or hostile.
_MOST = 200

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]+")
# What is meant by references to C1 that Windows programs write (WHATWG HTML, 13.2.5.80): its punctuation.
_WINDOWS = dict(zip((0x80, 0x85, *range(0x91, 0x98), 0x99), "€…‘’“”•–—™", strict=True))
# A document's own names for short texts, as feeds of old have them: some, and used so often.
_DECLARED = re.compile(
    r"""<!ENTITY\s+([A-Za-z][A-Za-z0-9]{0,31})\s+(?:"([^"&%<]{1,200})"|'([^'&%<]{1,200})')\s*>"""
)
_MOST_DECLARED, _MOST_USES = 100, 10_000
# The forbidden references that expat takes: DEL, C1, and two that are no characters.
_LET_THROUGH = re.compile(
    r"&#(?:0*(?:12[789]|1[345]\d|6553[45])|x0*(?:7[fF]|[89][0-9A-Fa-f]|[fF]{3}[eEfF]));"
)
_NUMBER = re.compile(r"&#([xX][0-9A-Fa-f]+|[0-9]+);")
_AMPERSAND = re.compile(r"&(?:([A-Za-z][A-Za-z0-9]{0,31});|(?!#[0-9]+;|#x[0-9A-Fa-f]+;))")
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_XML_ENTITIES = frozenset(("amp", "lt", "gt", "quot", "apos"))
_AT_THE_END = frozenset(
    errors.codes[message]
    for message in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT,
    )
)


class NotXml(Exception):
    """Not XML, nor to be made so: ``rest`` is the text from the root on, mended as far as it goes."""

    def __init__(self, rest: str) -> None:
        super().__init__("not XML")
        self.rest = rest


def parse(text: str, url: str) -> RawFeed:
    """The feed of a document's text; ``url`` is where it came from, the base of its relative links.

    A truncated document gives the entries before the cut. What is only untidy (a bare ``&``, an entity of
    HTML, a forbidden character, junk around the document) is mended, and the note says "imperfect XML".

    Raises:
        NotXml: not to be mended; ``rest`` is what a parser of tag soup may still read.
        NotAFeed: it is XML, but not of a feed.
    """
    start = FEED_ROOT.search(text)
    if start is None:
        raise NotXml(text)
    # What stands before the root matters to nobody; without a document type nothing can be expanded.
    xml = text[start.start() :]
    note = ""
    try:
        root = _tree(without_forbidden_references(xml) if _LET_THROUGH.search(xml) else xml)
    except ParseError:
        root, note = _mended(mend(xml, _declared(text[: start.start()]))), "imperfect XML"
    feed = _Reader(root, url).feed(netscape="<!DOCTYPE" in text[: start.start()])
    feed.note = note
    return feed


# -- text to tree


def without_forbidden_references(text: str) -> str:
    """The text with references to characters that XML or a terminal forbids turned into U+FFFD.

    Those to the punctuation of Windows, which never had the right numbers, become what they mean.
    """
    # Most documents have many of a few, and none to be turned.
    if "&#" in text and not all(map(_is_allowed, set(_NUMBER.findall(text)))):
        text = _NUMBER.sub(_allowed_reference, text)
    return text


def mend(text: str, declared: Mapping[str, str] = MappingProxyType({})) -> str:
    """The text without what most often keeps a feed from being XML: see :func:`parse`.

    ``declared`` are names that its document type gives to short texts.
    """
    uses = 0

    def mended(found: re.Match[str]) -> str:
        nonlocal uses
        if found[1] in declared and uses < _MOST_USES:
            uses += 1
            return declared[found[1]]
        return _mended_reference(found)

    text = without_forbidden_references(_FORBIDDEN.sub("", text))
    first, *others = text.split(_CDATA)
    pieces = [_AMPERSAND.sub(mended, first)]
    for other in others:
        data, end, rest = other.partition(_CDATA_END)
        pieces += (_CDATA, data, end, _AMPERSAND.sub(mended, rest))
    return "".join(pieces)


def _declared(prolog: str) -> dict[str, str]:
    """The plain texts among a document type's entities: nothing in them refers to anything."""
    found = islice(_DECLARED.finditer(prolog), _MOST_DECLARED)
    return {one[1]: one[2] or one[3] for one in found if one[1] not in _XML_ENTITIES}


def _tree(text: str) -> Element:
    parser = XMLParser()  # noqa: S314 - without a document type there is no entity to declare
    parser.feed(text)
    root: Element = parser.close()
    return root


def _mended(text: str) -> Element:
    try:
        return _tree(text)
    except ParseError as error:
        if error.code not in _AT_THE_END:
            raise NotXml(text) from error
    # Once more, noting what was whole when the document ended: of the entry that was cut, nothing is kept.
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    parser.feed(text)
    with suppress(ParseError):
        parser.close()
    root: Element | None = None
    cut: Element | None = None
    whole = 0
    with suppress(ParseError):
        for seen in parser.read_events():
            event, element = cast("tuple[str, Element]", seen)
            if root is None:
                root = element
            elif element.tag.rpartition("}")[2] in ("item", "entry"):
                cut = element if event == "start" else None
                whole += event == "end"
    if root is None or (cut is not None and not whole):
        raise NotXml(text)
    if cut is not None:
        cut.tag = "cut"
    return root


def _number_of(reference: str) -> int:
    digits = reference.lstrip("xX")
    # A longer number is beyond Unicode, and may be beyond what int() takes.
    return int(digits, 10 if digits == reference else 16) if len(digits.lstrip("0")) <= 8 else 0


def _allowed_reference(found: re.Match[str]) -> str:
    return found[0] if _is_allowed(found[1]) else _WINDOWS.get(_number_of(found[1]), "\ufffd")


def _is_allowed(reference: str) -> bool:
    number = _number_of(reference)
    return (
        0x20 <= number < 0x7F
        or number in (9, 10, 13)
        or 0xA0 <= number < 0xD800
        or (0xE000 <= number < 0x110000 and number & 0xFFFE != 0xFFFE)
    )


def _mended_reference(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return "&amp;"
    if name in _XML_ENTITIES:
        return found[0]
    characters = html5.get(name + ";")
    return "".join(f"&#{ord(char)};" for char in characters) if characters else f"&amp;{name};"


# -- tree to feed


class _Names(dict[str, str]):
    """From an element's tag as expat gives it to a short lower-case name with a well-known prefix."""

    def __init__(self, root: Element) -> None:
        self._own: dict[str, str] = {}
        uri, local = _split(root.tag)
        if local == "feed" and _PREFIXES.get(_folded(uri)) != "atom:":
            self._own[uri] = "atom:"
        elif local == "rss":
            self._own[uri] = ""

    def __missing__(self, tag: str) -> str:
        uri, local = _split(tag)
        prefix = self._own.get(uri)
        if prefix is None:
            prefix = _PREFIXES.get(_folded(uri), "?:")
        name = self[tag] = prefix + local
        return name


def _split(tag: str) -> tuple[str, str]:
    uri, brace, local = tag.rpartition("}")
    return (uri[1:] if brace else ""), local.lower()


def _folded(uri: str) -> str:
    return uri.lower().rstrip("/#")


_Children = dict[str, list[Element]]


class _Reader:
    """One document's tree, and what its names and its base are."""

    def __init__(self, root: Element, url: str) -> None:
        self.root = root
        self.url = url
        self.names = _Names(root)

    def feed(self, *, netscape: bool) -> RawFeed:
        name = self.names[self.root.tag]
        if name in ("rss", "rdf:rdf", "channel"):
            return self._rss(name, netscape=netscape)
        if name in ("atom:feed", "atom:entry"):
            return self._atom()
        raise NotAFeed(
            "xml", f"The address gives XML, but its <{one_line(name.rpartition(':')[2])}> is no feed."
        )

    def _children(self, element: Element) -> _Children:
        found: _Children = {}
        names = self.names
        for child in element:
            found.setdefault(names[child.tag], []).append(child)
        return found

    # RSS and RDF

    def _rss(self, name: str, *, netscape: bool) -> RawFeed:
        top = self._children(self.root)
        channels = top.get("channel", [])
        channel = channels[0] if channels else self.root
        if not channels and name == "rdf:rdf" and "item" not in top:
            raise NotAFeed("xml")
        head = self._children(channel)
        base = _base(channel, _base(self.root, self.url))
        if name == "channel":
            base = resolve(base, _cdf(channel, "base")) or base
        link = self._rss_link(head, base)
        if base == self.url and link:
            base = resolve(self.url, link) or base
        feed = RawFeed(
            version=self._rss_version(netscape=netscape),
            title=_first_text(head, "title", "dc:title"),
            link=link,
            base=base,
            language=_first(head, "language", "dc:language") or _language(channel) or _language(self.root),
        )
        minutes = _first(head, "ttl")
        if minutes.isascii() and minutes.isdigit():
            feed.ttl = int(minutes[:9]) * 60
        feed.skip_hours = [_text(hour) for one in head.get("skiphours", ())[:1] for hour in one[:24]]
        feed.skip_days = [_text(day) for one in head.get("skipdays", ())[:1] for day in one[:7]]
        items = [item for one in channels for item in one if self.names[item.tag] == "item"]
        items += top.get("item", [])
        feed.entries = [self._rss_entry(item, base) for item in items]
        return feed

    def _rss_version(self, *, netscape: bool) -> str:
        if self.names[self.root.tag] == "rdf:rdf":
            old = any("netscape.com" in child.tag for child in self.root)
            return "rss090" if old else "rss10"
        version = (self.root.get("version") or "").strip()
        if version == "0.91":
            return "rss091n" if netscape else "rss091u"
        return {"0.90": "rss090", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"}.get(
            version, "rss20" if version.startswith("2") else "rss"
        )

    def _rss_link(self, found: _Children, base: str) -> str:
        for element in found.get("link", ()):
            link = _text(element) or element.get("href") or ""
            if link and _relation(element) == "alternate":
                return link
        return self._atom_link(found, base)

    def _rss_entry(self, item: Element, base: str) -> RawEntry:
        found = self._children(item)
        base = _base(item, base)
        entry = RawEntry(base=base, language=_first(found, "dc:language") or _language(item))
        for guid in found.get("guid", ())[:1]:
            entry.guid = _text(guid)
            entry.guid_may_be_link = (guid.get("isPermaLink") or "true").strip().lower() != "false"
        if not entry.guid:
            entry.guid = _first(found, "atom:id", "dc:identifier", "id") or item.get(_RDF_ABOUT) or ""
        entry.link = _first(found, "feedburner:origlink") or self._rss_link(found, base)
        entry.title = _first_text(found, "title", "dc:title", "media:title", "itunes:title")
        creators = next((found[name] for name in _RSS_AUTHORS if name in found), ())
        entry.author = ", ".join([name for one in creators[:_MOST] if (name := _text(one))])
        if not entry.author:
            entry.author = self._atom_authors(found)
        entry.dates = [_text(one) for one in _each(found, _RSS_DATES, 2)]
        entry.content = [self._rss_text(one) for one in _each(found, _RSS_CONTENT)]
        entry.summaries = [self._rss_text(one) for one in _each(found, _RSS_SUMMARIES)]
        entry.tags = [_tag(one) for one in _each(found, _RSS_TAGS)][:_MOST]
        for element in found.get("enclosure", ())[:_MOST]:
            url = element.get("url") or element.get("href") or _text(element)
            entry.enclosures.append(RawEnclosure(url, element.get("type") or "", element.get("length") or ""))
        if "atom:link" in found or "link" in found:
            self._atom_related(entry, [*found.get("atom:link", ()), *found.get("link", ())])
        self._media(entry, found)
        if item.attrib and self.names[self.root.tag] == "channel":
            entry.link = entry.link or _cdf(item, "href")
            entry.dates.append(_cdf(item, "lastmod"))
        entry.comments = _first(found, "comments") or entry.comments
        entry.duration = _first(found, "itunes:duration")
        return entry

    def _rss_text(self, element: Element) -> RawText:
        if self.names[element.tag].startswith("atom:"):
            return self._construct(element)
        if len(element):
            return RawText(_inner_html(element), "html")
        return RawText(element.text or "")

    def _media(self, entry: RawEntry, top: _Children) -> None:
        """Media RSS and iTunes: tags, a description where nothing better is, what can be heard or watched."""
        if _MEDIA.isdisjoint(top):
            return
        for element in top.get("itunes:category", ())[:_MOST]:
            entry.tags += [one.get("text") or "" for one in element.iter(element.tag)][:_MOST]
        groups = [self._children(group) for group in top.get("media:group", ())[:_MOST]]
        for found in (top, *groups):
            entry.tags += [one.get("label") or _tag(one) for one in found.get("media:category", ())[:_MOST]]
            for element in found.get("media:description", ())[:1]:
                entry.summaries.append(
                    RawText(_text(element), "html" if element.get("type") == "html" else "guess")
                )
            for element in found.get("media:content", ())[:_MOST]:
                kind = element.get("type") or element.get("medium") or ""
                if element.get("url") and kind.startswith(("audio", "video")):
                    entry.enclosures.append(
                        RawEnclosure(element.get("url", ""), kind, element.get("fileSize") or "")
                    )

    # Atom

    def _atom(self) -> RawFeed:
        head = self._children(self.root)
        base = _base(self.root, self.url)
        alone = self.names[self.root.tag] == "atom:entry"
        feed = RawFeed(
            version=self._atom_version(),
            title=RawText("") if alone else self._first_construct(head, "atom:title"),
            link="" if alone else self._atom_link(head, base),
            base=base,
            language=_language(self.root),
            author=self._atom_authors(head),
        )
        entries = [self.root] if alone else [*head.get("atom:entry", ()), *head.get("atom:item", ())]
        feed.entries = [self._atom_entry(entry, base) for entry in entries]
        return feed

    def _atom_version(self) -> str:
        uri, _ = _split(self.root.tag)
        if _folded(uri) == "http://www.w3.org/2005/atom":
            return "atom10"
        version = (self.root.get("version") or "").strip()
        return {"0.1": "atom01", "0.2": "atom02", "0.3": "atom03"}.get(
            version, "atom03" if _folded(uri) == "http://purl.org/atom/ns" else "atom"
        )

    def _atom_entry(self, element: Element, base: str) -> RawEntry:
        found = self._children(element)
        base = _base(element, base)
        entry = RawEntry(base=base, language=_language(element), guid_may_be_link=True)
        entry.guid = _first(found, "atom:id")
        entry.link = _first(found, "feedburner:origlink") or self._atom_link(found, base)
        entry.title = self._first_construct(found, "atom:title")
        entry.author = self._atom_authors(found) or _first(found, "dc:creator")
        for source in found.get("atom:source", ())[:1]:
            entry.author = entry.author or self._atom_authors(self._children(source))
        entry.dates = [_text(one) for one in _each(found, _ATOM_DATES, 2)]
        entry.content = [self._construct(one) for one in found.get("atom:content", ())[:_MOST]]
        entry.content += [self._rss_text(one) for one in found.get("content:encoded", ())[:_MOST]]
        entry.summaries = [self._construct(one) for one in found.get("atom:summary", ())[:_MOST]]
        self._media(entry, found)
        for category in found.get("atom:category", ())[:_MOST]:
            entry.tags.append(category.get("label") or category.get("term") or _text(category))
        entry.tags += [_text(one) for one in found.get("dc:subject", ())[:_MOST]]
        self._atom_related(entry, found.get("atom:link", ()))
        entry.duration = _first(found, "itunes:duration")
        return entry

    def _atom_link(self, found: _Children, base: str) -> str:
        """The page that an entry or a feed stands for: of several, the one that is HTML (RFC 4287, 4.2.7)."""
        best, best_rank = "", 3
        for link in found.get("atom:link", ()):
            kind = link.get("type") or ""
            if _relation(link) == "alternate" and (href := link.get("href") or _text(link)):
                rank = 0 if kind.startswith("text/html") else 1 if not kind else 2
                if rank < best_rank:
                    best, best_rank = _own_base(link, base, href), rank
        return best

    @staticmethod
    def _atom_related(entry: RawEntry, links: Sequence[Element]) -> None:
        for link in links[:_MOST]:
            relation, kind, href = _relation(link), link.get("type") or "", link.get("href")
            if relation == "enclosure" and href:
                entry.enclosures.append(
                    RawEnclosure(_own_base(link, entry.base, href), kind, link.get("length") or "")
                )
            elif relation == "replies" and href and not entry.comments and kind in ("", "text/html"):
                entry.comments = _own_base(link, entry.base, href)

    def _atom_authors(self, found: _Children) -> str:
        names = []
        for author in found.get("atom:author", ())[:_MOST]:
            parts = self._children(author)
            name = _first(parts, "atom:name") or _first(parts, "atom:email") or (author.text or "").strip()
            if name:
                names.append(name)
        return ", ".join(names)

    def _first_construct(self, found: _Children, name: str) -> RawText:
        return next((self._construct(element) for element in found.get(name, ())), RawText(""))

    def _construct(self, element: Element) -> RawText:
        """A text construct or content (RFC 4287, 3.1 and 4.1.3; Atom 0.3, 3.1), by its declared type."""
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        form = _FORMATS.get(kind, "text")
        if len(element):
            # Naked markup under any of these names; other XML (a drawing, say) is shown as what it is.
            known = kind in _FORMATS or kind.startswith("text/")
            return RawText(_inner_html(element), "html" if known else "text")
        value = element.text or ""
        if element.get("mode") == "base64" or ("/" in kind and not _IS_TEXT.match(kind)):
            value = _decoded(value)
        return RawText(value, form)


def _base(element: Element, base: str) -> str:
    own = element.get(_XML_BASE)
    return (resolve(base, own) or base) if own else base


def _own_base(link: Element, base: str, href: str) -> str:
    return resolve(_base(link, base), href) or "" if link.get(_XML_BASE) else href


def _language(element: Element) -> str:
    return element.get(_XML_LANG) or ""


def _relation(link: Element) -> str:
    return (link.get("rel") or "alternate").rpartition("/")[2].strip().lower()


def _text(element: Element) -> str:
    return ("".join(element.itertext()) if len(element) else element.text or "").strip()


def _cdf(element: Element, name: str) -> str:
    """An attribute of Channel Definition Format (1997), whose names are of any case."""
    return next((value for key, value in element.items() if key.lower() == name), "")


def _tag(element: Element) -> str:
    """A category's name, without what stands beside it in one that is a record of its own."""
    return (element.text or "").strip() or _text(element)


def _each(found: _Children, names: tuple[str, ...], most: int = _MOST) -> list[Element]:
    """The elements of these names, by the names in order, so many of each."""
    return [element for name in names if name in found for element in found[name][:most]]


def _first(found: _Children, *names: str) -> str:
    """The text of the first element that has any, by the names in order."""
    for name in names:
        for element in found.get(name, ()):
            if text := _text(element):
                return text
    return ""


def _first_text(found: _Children, *names: str) -> RawText:
    for name in names:
        for element in found.get(name, ()):
            value = _inner_html(element) if len(element) else element.text or ""
            if value.strip():
                return RawText(value, "html" if len(element) else "guess")
    return RawText("")


def _decoded(value: str) -> str:
    """Base64 that is text inside; anything else as it stands."""
    try:
        return base64.b64decode("".join(value.split()), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return value


def _inner_html(element: Element) -> str:
    """The markup inside an element, as HTML without namespaces. Not recursive: depth is the feed's choice."""
    if (
        len(element) == 1
        and not (element.text or "").strip()
        and _split(element[0].tag)[1] in ("div", "body")
    ):
        element = element[0]
    out = [escape(element.text or "", quote=False)]
    stack: list[tuple[Iterator[Element], str]] = [(iter(element), "")]
    while stack:
        children, closing = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            out.append(closing)
            continue
        tag = _split(child.tag)[1]
        attributes = "".join(
            f' {name}="{escape(value)}"' for key, value in child.items() if (name := _split(key)[1]) and value
        )
        out.append(f"<{tag}{attributes}>")
        tail = escape(child.tail or "", quote=False)
        if tag in _VOID:
            out.append(tail)
        else:
            out.append(escape(child.text or "", quote=False))
            stack.append((iter(child), f"</{tag}>{tail}"))
    return "".join(out).strip()
