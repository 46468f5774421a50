"""A book of entries: EPUB 3.3 (W3C), the same bytes for the same entries.

Pictures are links: a book fetches nothing.
"""

from __future__ import annotations

import io
import uuid
import zipfile
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from techdash.document.tree import Block
from techdash.exports.notes import document_of, moment, without_title
from techdash.exports.xhtml import escaped, to_xhtml
from techdash.models.entries import Entry
from techdash.text.urls import web_link

_NAMESPACE = uuid.UUID("6f1f5a3e-6d0c-5b0e-9b1c-0d5d2a6f7c11")
# The oldest time that a ZIP file knows: the book's own stands in its package.
_TIME = (1980, 1, 1, 0, 0, 0)
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_STYLE = """body { line-height: 1.5; }
.about, .note, figcaption { font-size: 0.85em; }
pre { white-space: pre-wrap; }
aside, blockquote, .details { margin-left: 1em; border-left: 2px solid; padding-left: 1em; }
table { border-collapse: collapse; } td, th { border: 1px solid; padding: 0.2em 0.5em; }
.underline { text-decoration: underline; } .title { font-weight: bold; }
"""


class Chapter(Struct, frozen=True):
    """A text of a book; ``about`` stands below its title."""

    title: str
    blocks: tuple[Block, ...]
    about: str = ""
    url: str = ""
    language: str = ""
    published: int = 0


def chapter(entry: Entry) -> Chapter:
    """An entry as a chapter."""
    row = entry.row
    about = " · ".join(part for part in (row.source_title, row.author, row.day) if part)
    blocks = without_title(tuple(document_of(entry).blocks()), row.title)
    return Chapter(row.title, blocks, about, row.url, row.language, row.published or 0)


def book(identity: str, title: str, chapters: Sequence[Chapter]) -> bytes:
    """The file of a book. ``identity`` tells it from others, and stays from one export to the next."""
    languages = Counter(each.language for each in chapters if each.language)
    language = languages.most_common(1)[0][0] if languages else "en"
    names = [f"text{number:04d}" for number in range(1, len(chapters) + 1)]
    files = {
        "META-INF/container.xml": _CONTAINER,
        "EPUB/package.opf": _package(identity, title, language, chapters, names),
        "EPUB/nav.xhtml": _page(title, language, _contents(title, chapters, names)),
        "EPUB/style.css": _STYLE,
        **{
            f"EPUB/{name}.xhtml": _page(each.title, each.language or language, _text(each))
            for name, each in zip(names, chapters, strict=True)
        },
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        # first and not compressed, so that the first bytes of the file say what it is
        file.writestr(zipfile.ZipInfo("mimetype", _TIME), "application/epub+zip", zipfile.ZIP_STORED)
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _TIME)
            file.writestr(info, content.encode(), zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _package(
    identity: str, title: str, language: str, chapters: Sequence[Chapter], names: Sequence[str]
) -> str:
    newest = max((each.published for each in chapters), default=0)
    items = "\n".join(
        f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in names
    )
    spine = "\n".join(f'<itemref idref="{name}"/>' for name in names)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="book">urn:uuid:{uuid.uuid5(_NAMESPACE, identity)}</dc:identifier>
<dc:title>{escaped(title)}</dc:title>
<dc:language>{escaped(language)}</dc:language>
<dc:publisher>techdash</dc:publisher>
<meta property="dcterms:modified">{moment(newest) or "1980-01-01T00:00:00Z"}</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="style" href="style.css" media-type="text/css"/>
{items}
</manifest>
<spine>
<itemref idref="nav"/>
{spine}
</spine>
</package>
"""


def _contents(title: str, chapters: Sequence[Chapter], names: Sequence[str]) -> str:
    rows = "\n".join(
        f'<li><a href="{name}.xhtml">{escaped(each.title) or name}</a></li>'
        for name, each in zip(names, chapters, strict=True)
    )
    return f'<nav epub:type="toc">\n<h1>{escaped(title)}</h1>\n<ol>\n{rows}\n</ol>\n</nav>'


def _text(each: Chapter) -> str:
    url = web_link(each.url)
    link = f'<p class="about"><a href="{escaped(url)}">{escaped(url)}</a></p>\n' if url else ""
    about = f'<p class="about">{escaped(each.about)}</p>\n' if each.about else ""
    return f"<h1>{escaped(each.title)}</h1>\n{about}{link}{to_xhtml(each.blocks)}"


def _page(title: str, language: str, body: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" \
xml:lang="{escaped(language)}" lang="{escaped(language)}">
<head><title>{escaped(title) or "–"}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>
{body}
</body>
</html>
"""
