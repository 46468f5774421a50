"""Lists of subscriptions as OPML 2.0 (opml.org/spec2.opml), the format that feed readers exchange."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.parsers import expat

from techdash.errors import UsageError
from techdash.models import KINDS, Kind, Source
from techdash.text.clean import one_line
from techdash.text.urls import web_link

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# Where OPML has no attribute for what we know of a source, ours has a name of its own.
_NAMESPACE = "urn:techdash:opml"
_LARGEST = 10 << 20
_DEEPEST = 32
_NOT_XML = re.compile("[\ufffe\uffff]")
_KINDS: dict[str, Kind] = {kind: kind for kind in KINDS}


def read(data: bytes) -> tuple[list[Source], int]:
    """The sources of a list, without ids, folders as their topics; how many outlines had no usable address.

    The same address twice counts once. Only http and https addresses are taken.

    Raises:
        UsageError: it is not XML, not OPML, too large, or declares a document type (and with it entities).
    """
    if len(data) > _LARGEST:
        raise UsageError("it is larger than 10 MiB, so it is hardly a list of feeds.")
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UsageError(f"it is not well-formed XML: {error}.") from error
    return list(reader.sources.values()), reader.unusable


class _Reader:
    """Collects outlines as expat meets them."""

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {}
        self.unusable = 0
        self._folders: list[str] = []
        self._is_opml = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
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
        if name != "outline":
            return
        given = {key.lower(): one_line(value) for key, value in attributes.items()}
        title = given.get("title") or given.get("text") or ""
        if "xmlurl" in given:
            self._feed(given, title)
        if len(self._folders) >= _DEEPEST:
            raise UsageError(f"its folders are more than {_DEEPEST} deep.")
        self._folders.append("" if "xmlurl" in given else title)

    def _feed(self, given: dict[str, str], title: str) -> None:
        url = web_link(given["xmlurl"])
        if url is None:
            self.unusable += 1
            return
        kind = given.get(f"{_NAMESPACE} kind", "")
        self.sources.setdefault(
            url,
            Source(
                id="",
                url=url,
                kind=_KINDS.get(kind, "article"),
                title=title or url,
                site_url=web_link(given.get("htmlurl", "")) or "",
                language=given.get("language", "")[:16],
                topics=tuple(dict.fromkeys(folder for folder in self._folders if folder)),
            ),
        )

    def _end(self, name: str) -> None:
        if name == "outline":
            self._folders.pop()


def write(sources: Iterable[Source]) -> str:
    """The sources with a web address as OPML, in folders by their topics."""
    from xml.etree import ElementTree

    ElementTree.register_namespace("techdash", _NAMESPACE)
    root = ElementTree.Element("opml", {"version": "2.0"})
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = "techdash"
    folders: dict[tuple[str, ...], Element] = {(): ElementTree.SubElement(root, "body")}
    for source in sources:
        if not web_link(source.url):
            continue
        title = _xml(source.title)
        attributes = {"type": "rss", "text": title, "title": title, "xmlUrl": source.url}
        if source.site_url:
            attributes["htmlUrl"] = source.site_url
        if source.language:
            attributes["language"] = _xml(source.language)
        attributes[f"{{{_NAMESPACE}}}kind"] = source.kind
        parent = _folder(folders, tuple(map(_xml, source.topics)))
        ElementTree.SubElement(parent, "outline", attributes)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _folder(folders: dict[tuple[str, ...], Element], topics: tuple[str, ...]) -> Element:
    """The outline for these topics, one inside the other; made where it isn't there yet."""
    from xml.etree import ElementTree

    for depth in range(1, len(topics) + 1):
        path = topics[:depth]
        if path not in folders:
            name = {"text": path[-1], "title": path[-1]}
            folders[path] = ElementTree.SubElement(folders[path[:-1]], "outline", name)
    return folders[topics]


def _xml(text: str) -> str:
    """Without the two characters that cleaning leaves and XML 1.0 has not."""
    return _NOT_XML.sub("", text)
