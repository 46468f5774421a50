"""Lists of subscriptions as OPML 1.0 and 2.0 (opml.org/spec2.opml), the format that feed readers exchange."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, get_args
from xml.parsers import expat

from techdash.cli.names import is_usable
from techdash.errors import UsageError
from techdash.models.sources import KINDS, FullText, Kind, Source
from techdash.text.clean import one_line
from techdash.text.urls import web_link, without_user

# Where OPML has no attribute for what we know of a source, ours has a name of its own.
_NAMESPACE = "urn:techdash:opml"
_PREFIX = "techdash:"
_LARGEST = 10 << 20
# Folders around a feed that are kept as its topics, counted from the outermost.
_MOST_TOPICS = 16
_LONGEST_NAME = 200
_NOT_XML = re.compile("[\ufffe\uffff]")
_KINDS: dict[str, Kind] = {kind: kind for kind in KINDS}
_NUMBERS = {"max_items": (1, 1000), "interval": (15, 10_080)}
_SWITCHES = ("enabled", "backfill")
_FULL_TEXTS: dict[str, FullText] = {name: name for name in get_args(FullText)}
# What people call the folders whose feeds are all of one kind.
_FOLDERS: dict[str, Kind] = {
    "podcast": "podcast",
    "video": "podcast",
    "youtube": "podcast",
    "播客": "podcast",
    "视频": "podcast",
    "paper": "paper",
    "论文": "paper",
    "essay": "essay",
    "随笔": "essay",
    "newsletter": "digest",
    "digest": "digest",
    "周刊": "digest",
    "日报": "digest",
    "github": "github",
    "release": "github",
    "social": "social",
}


def read(data: bytes) -> tuple[list[Source], int]:
    """The sources of a list, folders as their topics; how many outlines had no usable address.

    An id is empty where the list gives none. The same address twice counts once, and only http and https
    addresses (``feed:`` ones among them) are taken. What is only untidy, such as a bare ``&``, is mended.

    Raises:
        UsageError: it is not XML, not OPML, too large, or declares a document type (and with it entities).
    """
    from techdash.feeds import charset, strict

    if len(data) > _LARGEST:
        raise UsageError("it is larger than 10 MiB, so it is hardly a list of feeds.")
    text = charset.decode(data)
    try:
        reader = _parsed(text)
    except expat.ExpatError as error:
        try:
            reader = _parsed(strict.mend(text))
        except expat.ExpatError:
            raise UsageError(f"it is not well-formed XML: {error}.") from error
    return list(reader.sources.values()), reader.unusable


def _parsed(text: str) -> _Reader:
    reader = _Reader()
    reader.parser.Parse(text.encode("utf-8", "replace"), True)
    return reader


class _Reader:
    """Collects outlines as expat meets them."""

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {}
        self.unusable = 0
        self._folders: list[str] = []  # around what is read now, those with a name
        self._is_folder: list[bool] = []  # of each outline around it
        self._is_opml = False
        # The text is decoded by now, whatever it says of its encoding.
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _doctype(self, *_: object) -> None:
        raise UsageError("it declares a document type; OPML needs none, and techdash takes none.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._is_opml:
            if name.lower() != "opml":
                raise UsageError(f"it is not OPML: it begins with <{one_line(name)[:40]}>.")
            self._is_opml = True
        if name.lower() != "outline":
            return
        given = {key.lower(): one_line(value) for key, value in attributes.items()}
        title = (given.get("title") or given.get("text") or "")[:_LONGEST_NAME]
        is_feed = "xmlurl" in given
        if is_feed:
            self._feed(given, title)
        elif given.get("type", "").lower() in ("rss", "atom"):
            self.unusable += 1
            is_feed = True
        is_folder = bool(title) and not is_feed
        self._is_folder.append(is_folder)
        if is_folder:
            self._folders.append(title)

    def _feed(self, given: dict[str, str], title: str) -> None:
        from techdash.feeds.patterns import address_of

        stated = given["xmlurl"]
        # A list holds addresses: what only looks like the beginning of one is none.
        url = address_of(stated) if ":" in stated else None
        if url is None:
            self.unusable += 1
            return
        topics = tuple(self._folders[:_MOST_TOPICS])
        own = {key[len(_PREFIX) :]: value for key, value in given.items() if key.startswith(_PREFIX)}
        stated_id = own.get("id", "")
        source = Source(
            id=stated_id if is_usable(stated_id) else "",
            url=url,
            kind=_kind(url, own.get("kind", ""), topics),
            title=title or without_user(url).partition("://")[2],
            site_url=web_link(given.get("htmlurl", "")) or "",
            language=given.get("language", "")[:16],
            topics=topics,
            **_stated(own),
        )
        self.sources.setdefault(url, source)

    def _end(self, name: str) -> None:
        if name.lower() == "outline" and self._is_folder.pop():
            self._folders.pop()


def _kind(url: str, stated: str, topics: Iterable[str]) -> Kind:
    """What a feed brings: as our own lists say, else as its host shows or its innermost folder is called."""
    from techdash.feeds.candidates import kind_of_host

    if kind := _KINDS.get(stated) or kind_of_host(url):
        return kind
    names = [name.casefold() for name in topics][-1:]
    return next((kind for name in names for word, kind in _FOLDERS.items() if word in name), "article")


def _stated(own: dict[str, str]) -> dict[str, Any]:
    """What our own lists say of a source beyond OPML; what isn't to be understood is left out."""
    found: dict[str, Any] = {}
    if re.fullmatch(r"\d{1,2}(?:\.\d{1,4})?", own.get("weight", "")) and 0.1 <= float(own["weight"]) <= 5:
        found["weight"] = float(own["weight"])
    for name, (low, high) in _NUMBERS.items():
        if re.fullmatch(r"[0-9]{1,5}", own.get(name, "")) and low <= int(own[name]) <= high:
            found[name] = int(own[name])
    if own.get("full_text") in _FULL_TEXTS:
        found["full_text"] = _FULL_TEXTS[own["full_text"]]
    for name in _SWITCHES:
        if own.get(name) in ("true", "false"):
            found[name] = own[name] == "true"
    return found


def write(sources: Iterable[Source]) -> str:
    """The sources with a web address as OPML 2.0, in folders by their topics; passwords stay at home."""
    root = _Folder()
    for source in sources:
        if web_link(source.url):
            folder = root
            for topic in source.topics[:_MOST_TOPICS]:
                folder = folder.inner.setdefault(_xml(topic), _Folder())
            folder.feeds.append(source)
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<opml version="2.0" xmlns:techdash="{_NAMESPACE}">',
            "  <head>",
            "    <title>techdash</title>",
            "  </head>",
            "  <body>",
            *_lines(root, "    "),
            "  </body>",
            "</opml>",
        )
    )


class _Folder:
    __slots__ = ("feeds", "inner")

    def __init__(self) -> None:
        self.feeds: list[Source] = []
        self.inner: dict[str, _Folder] = {}


def _lines(folder: _Folder, indent: str) -> Iterator[str]:
    for source in folder.feeds:
        yield f"{indent}<outline{''.join(_attributes(source))}/>"
    for name, inner in folder.inner.items():
        yield f'{indent}<outline text="{_escaped(name)}" title="{_escaped(name)}">'
        yield from _lines(inner, indent + "  ")
        yield f"{indent}</outline>"


def _attributes(source: Source) -> Iterator[str]:
    plain = Source("", "", "article", "")
    values: dict[str, object] = {
        "type": "rss",
        "text": source.title,
        "title": source.title,
        "xmlUrl": without_user(source.url),
        "htmlUrl": source.site_url or None,
        "language": source.language or None,
        f"{_PREFIX}id": source.id or None,
        f"{_PREFIX}kind": source.kind,
    }
    for name in ("weight", "full_text", *_NUMBERS, *_SWITCHES):
        if (value := getattr(source, name)) != getattr(plain, name):
            values[_PREFIX + name] = str(value).lower()
    for name, value in values.items():
        if value is not None:
            yield f' {name}="{_escaped(_xml(str(value)))}"'


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)


def _xml(text: str) -> str:
    """Without the two characters that cleaning leaves and XML 1.0 has not."""
    return _NOT_XML.sub("", text)
