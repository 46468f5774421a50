"""Entries as notes, as JSON and as a book: every reader of these forms must find them whole."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
import zipfile

import pytest

from techdash.document.load import load
from techdash.exports.epub import Chapter, book, chapter
from techdash.exports.notes import as_json, as_note, front_matter
from techdash.exports.xhtml import to_xhtml
from techdash.models.entries import Entry, EntryRow, Marks
from techdash.models.parsed import BodyFormat

XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"

BODY = """# On norms

A paragraph with *em*, **strong**, `a < b && c`, $x^2 < 3$, [a link](https://example.org/?a=1&b=2)
and a note[^1].

> Quoted & said.

- one
- [x] done

3. three

| a | b |
|---|---|
| 1 | <2> |

```python
if a < b: print("&")
```

$$
\\frac{a}{b} \\tag{7}
$$

![An "image"](https://example.org/x.png)
*Its caption*

[to the end](#end)

## End

<details><summary>More</summary>

Inside.

</details>

[^1]: The note.
"""


def entry(
    number: int = 1, title: str = "On norms", body: str = BODY, form: BodyFormat = "markdown", **row: object
) -> Entry:
    values: dict[str, object] = {
        "url": f"https://example.org/{number}",
        "author": "Ann",
        "published": 1_780_000_000,
        "day": "2026-05-28",
        "language": "en",
        **row,
    }
    return Entry(
        EntryRow(
            id=number,
            source_id="s",
            source_title="A source",
            kind="essay",
            title=title,
            minutes=3,
            **values,  # type: ignore[arg-type]
        ),
        summary="",
        body=body,
        body_format=form,
        words=60,
        own_note="Read again." if number == 1 else "",
    )


# -- notes


def test_a_note_has_its_properties_title_text_and_the_readers_words() -> None:
    text = as_note(entry(marks=Marks(starred=True, tags=("deep learning", "2026", "a/b"))))
    head, _, rest = text.partition("\n---\n\n")
    assert head.split("\n") == [
        "---",
        'title: "On norms"',
        'author: "Ann"',
        'source: "A source"',
        'url: "https://example.org/1"',
        "published: 2026-05-28T20:26:40Z",
        "day: 2026-05-28",
        'language: "en"',
        'tags: ["deep-learning", "2026_", "a/b"]',
        "starred: true",
    ]
    assert rest.startswith("# On norms\n\nA paragraph with *em*, **strong**")
    assert rest.count("# On norms") == 1
    assert rest.endswith("## My note\n\nRead again.\n")


@pytest.mark.parametrize(
    "title",
    [
        'He said "no": --- yes',
        "a\\b",
        "# not a heading",
        "[x](javascript:alert(1))",
        "- list",
        "{{ template }}",
        "*",
        "标题：「引号」",
    ],
)
def test_no_title_breaks_out_of_its_property_or_its_heading(title: str) -> None:
    text = as_note(entry(title=title, body="Words."))
    lines = text.split("\n")
    assert json.loads(lines[1].removeprefix("title: ")) == title
    assert lines.index("---", 1) == next(n for n, line in enumerate(lines) if n and line == "---")
    shown = load(text.split("\n---\n\n", 1)[1], "markdown")
    from techdash.document.outline import headings

    assert [name for _, _, name in headings(shown)] == [title, "My note"]


def test_properties_that_say_nothing_are_left_out() -> None:
    assert front_matter({"a": "", "b": None, "c": [], "d": 0}) == "---\nd: 0\n---"


def test_json_has_marks_and_blocks() -> None:
    found = json.loads(json.dumps(as_json(entry())))
    assert (found["title"], found["published"], found["own_note"]) == (
        "On norms",
        "2026-05-28T20:26:40Z",
        "Read again.",
    )
    assert {block["type"] for block in found["blocks"]} >= {"heading", "code", "math", "table", "figure"}


# -- books


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def checked(content: bytes) -> tuple[ET.Element, dict[str, ET.Element]]:
    """A book's package and its pages; what EPUB asks of them holds."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        first = file.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    # OCF 3.3, 4.3: these bytes stand at these places
    assert content[30:38] == b"mimetype"
    assert content[38:58] == b"application/epub+zip"
    files = opened(content)
    assert len(files) == len(set(files))
    container = ET.fromstring(files["META-INF/container.xml"])
    root = container.find(".//{urn:oasis:names:tc:opendocument:xmlns:container}rootfile")
    assert root is not None
    package = ET.fromstring(files[root.attrib["full-path"]])
    assert package.attrib["version"] == "3.0"
    identifier = package.find(f".//{DC}identifier")
    assert identifier is not None
    assert identifier.attrib["id"] == package.attrib["unique-identifier"]
    for name in ("title", "language"):
        assert package.findtext(f".//{DC}{name}")
    assert [each.attrib["property"] for each in package.iter(f"{OPF}meta")] == ["dcterms:modified"]
    items = {each.attrib["id"]: each.attrib for each in package.iter(f"{OPF}item")}
    listed = {f"EPUB/{each['href']}" for each in items.values()}
    assert listed == set(files) - {"mimetype", "META-INF/container.xml", "EPUB/package.opf"}
    assert [each["id"] for each in items.values() if each.get("properties") == "nav"] == ["nav"]
    spine = [each.attrib["idref"] for each in package.iter(f"{OPF}itemref")]
    assert len(spine) == len(set(spine))
    assert set(spine) == {
        name for name, each in items.items() if each["media-type"] == "application/xhtml+xml"
    }
    pages = {name: ET.fromstring(files[name]) for name in listed if name.endswith(".xhtml")}
    ids = {name: [e.attrib["id"] for e in page.iter() if "id" in e.attrib] for name, page in pages.items()}
    for name, page in pages.items():
        assert len(ids[name]) == len(set(ids[name]))
        title = page.findtext(f"{XHTML}head/{XHTML}title")
        assert title
        for link in page.iter(f"{XHTML}a"):
            href = link.attrib["href"]
            target, _, place = href.partition("#")
            if href.startswith(("http://", "https://")):
                continue
            there = f"EPUB/{target}" if target else name
            assert there in pages
            assert not place or place in ids[there]
            assert not any(inner.tag == f"{XHTML}a" for inner in link.iter() if inner is not link)
        assert not list(page.iter(f"{XHTML}script"))
        assert not list(page.iter(f"{XHTML}img"))
    return package, pages


def test_a_book_is_what_epub_asks_for() -> None:
    chapters = [chapter(entry()), chapter(entry(2, "论段落", "第一段。", language="zh"))]
    package, pages = checked(book("later 2026-W22", "Later 2026-W22", chapters))
    assert package.findtext(f".//{DC}title") == "Later 2026-W22"
    contents = [link.text for link in pages["EPUB/nav.xhtml"].iter(f"{XHTML}a")]
    assert contents == ["On norms", "论段落"]
    first = pages["EPUB/text0001.xhtml"]
    text = "".join(first.itertext())
    for said in ("a < b && c", "x^2 < 3", "\\frac{a}{b}  (7)", 'An "image"', "Its caption", "The note.", "☑"):
        assert said in text
    assert "".join(first.itertext()).count("On norms") == 2  # the title of the page, and its heading
    assert first.attrib["lang"] == "en"
    assert pages["EPUB/text0002.xhtml"].attrib["lang"] == "zh"
    links = [link.attrib["href"] for link in first.iter(f"{XHTML}a")]
    assert "https://example.org/?a=1&b=2" in links
    assert "https://example.org/x.png" in links
    assert "#n1" in links
    assert [each.tag for each in first.iter() if each.attrib.get("id") == "h1"] or "#h1" not in links


def test_the_same_entries_are_the_same_bytes() -> None:
    assert book("a", "A", [chapter(entry())]) == book("a", "A", [chapter(entry())])
    assert book("a", "A", [chapter(entry())]) != book("b", "A", [chapter(entry())])


HOSTILE = "</title><script>x</script>&amp;\"'\x0b\x00\ufffe\ud800]]>"


@pytest.mark.parametrize("form", ["html", "markdown", "text", "notion"])
def test_nothing_that_a_feed_says_breaks_a_book(form: BodyFormat) -> None:
    body = (
        f"{HOSTILE} <p>a<b>c</p><a href='javascript:x'>y</a><a href='#x'><a href='http://a/'>z</a></a> [^9]"
    )
    each = entry(1, HOSTILE, body, form, author=HOSTILE, url="javascript:alert(1)", language="")
    checked(book("a", HOSTILE, [chapter(each), Chapter("", ()), Chapter(HOSTILE, (), HOSTILE)]))


def test_ids_are_our_own_and_stand_once() -> None:
    source = '<h2 id="a b">One</h2><h2 id="a b">Two</h2><h2 id="1">Three</h2>'
    source += '<a href="#a b">x</a><a href="#1">y</a>'
    page = ET.fromstring(f"<body>{to_xhtml(tuple(load(source, 'html').blocks()))}</body>")
    ids = [each.attrib["id"] for each in page.iter() if "id" in each.attrib]
    assert len(ids) == len(set(ids))
    assert all(each.attrib["href"][1:] in ids for each in page.iter("a"))
