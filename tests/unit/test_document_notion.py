"""A Notion record map to a document: every block, every mark, every envelope, and nothing that raises."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.notion import ENVELOPES, block, enveloped, record_map, rich, table, tex
from tests.notion import Block as Given

from techdash.document import markdown
from techdash.document.inlines import text_of
from techdash.document.layout import lay_out
from techdash.document.load import load
from techdash.document.notion import parse, stored, to_text
from techdash.document.notion_form import LARGEST, Form, Mark, Node, Words, encode
from techdash.document.outline import headings, own_text, plain_text, walk
from techdash.document.to_json import to_json
from techdash.document.to_markdown import to_markdown
from techdash.document.tree import (
    Block,
    Break,
    Callout,
    Code,
    CodeBlock,
    Details,
    Document,
    Figure,
    Heading,
    Inlines,
    Link,
    List,
    ListItem,
    Math,
    MathBlock,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)
from techdash.text.clean import is_clean

PAGE = "0c5b1f0e-7e1d-4c57-9d4e-1b0a54a0a111"
PLAIN = PAGE.replace("-", "")
BASE = "https://notes.example/article/norms"
OTHER = "11111111-2222-3333-4444-555555555555"
FILE = "https://prod-files-secure.s3.us-west-2.amazonaws.com/space/id/figure.png"


def document(*blocks: Given, envelope: str = "plain", **tables: Any) -> Document:
    return load(stored(record_map(PAGE, blocks, envelope, **tables), PAGE, BASE), "notion", BASE)


def made(*blocks: Given, **tables: Any) -> list[Block]:
    return list(document(*blocks, **tables).blocks())


def row(*pieces: Any, **tables: Any) -> Inlines:
    """The inlines of one paragraph."""
    (found,) = made(block("text", rich(*pieces)), **tables)
    assert isinstance(found, Paragraph)
    return found.inlines


def bare(value: object) -> object:
    """A tree without its offsets and ids."""
    if isinstance(value, tuple | list):
        return tuple(bare(one) for one in value)
    if isinstance(value, msgspec.Struct):
        names = [name for name in value.__struct_fields__ if name not in ("start", "id", "tight")]
        return type(value).__name__, tuple(bare(getattr(value, name)) for name in names)
    return value


def p(text: str, *styles: Any) -> Paragraph:
    return Paragraph(0, (Text(text, frozenset(styles)),))


def items(*texts: str) -> tuple[ListItem, ...]:
    return tuple(ListItem((p(text),)) for text in texts)


BLOCKS: dict[str, tuple[list[Given], list[Block]]] = {
    "text": ([block("text", "Words.")], [p("Words.")]),
    "text, with more below it": ([block("text", "A", block("text", "b"))], [p("A"), p("b")]),
    "text, empty": ([block("text"), block("text", " "), block("text", "x")], [p("x")]),
    "header": ([block("header", "One")], [Heading(0, 2, (Text("One"),))]),
    "sub_header": ([block("sub_header", "Two")], [Heading(0, 3, (Text("Two"),))]),
    "sub_sub_header": ([block("sub_sub_header", "Three")], [Heading(0, 4, (Text("Three"),))]),
    "header, toggleable": (
        [block("header", "One", block("text", "a"), block("sub_header", "Two"), toggleable=True)],
        [Heading(0, 2, (Text("One"),)), p("a"), Heading(0, 3, (Text("Two"),))],
    ),
    "bulleted_list": (
        [block("bulleted_list", "a"), block("bulleted_list", "b"), block("text", "c")],
        [List(0, False, items("a", "b")), p("c")],
    ),
    "bulleted_list, nested": (
        [
            block("bulleted_list", "a", block("numbered_list", "b"), block("numbered_list", "c")),
            block("bulleted_list", "d"),
        ],
        [List(0, False, (ListItem((p("a"), List(0, True, items("b", "c")))), *items("d")))],
    ),
    "numbered_list": (
        [block("numbered_list", "a", list_start_index=3), block("numbered_list", "b")],
        [List(0, True, items("a", "b"), 3)],
    ),
    "numbered_list, begun anew": (
        [block("numbered_list", "a"), block("numbered_list", "b", list_start_index=7)],
        [List(0, True, items("a")), List(0, True, items("b"), 7)],
    ),
    "to_do": (
        [
            block("to_do", "a", properties={"checked": [["Yes"]]}),
            block("to_do", "b"),
            block("bulleted_list", "c"),
        ],
        [
            List(0, False, (ListItem((p("a"),), True), ListItem((p("b"),), False))),
            List(0, False, items("c")),
        ],
    ),
    "quote": (
        [block("quote", "a\nb", block("text", "c"))],
        [Quote(0, (Paragraph(0, (Text("a"), Break(), Text("b"))), p("c")))],
    ),
    "callout": (
        [block("callout", "Look", block("bulleted_list", "a"), page_icon="⚠️")],
        [Callout(0, "warning", (), (p("⚠️ Look"), List(0, False, items("a"))))],
    ),
    "callout, its icon a picture": (
        [block("callout", "Look", page_icon="https://www.notion.so/icons/gear.svg")],
        [Callout(0, "note", (), (p("Look"),))],
    ),
    "toggle": (
        [block("toggle", "More", block("text", "a"))],
        [Details(0, (Text("More"),), (p("a"),))],
    ),
    "toggle, empty": ([block("toggle", "More")], [p("More")]),
    "table": (
        [table(["a", "b"], [rich(tex("x^2")), ""], head=True)],
        [Table(0, ((Text("a"),), (Text("b"),)), (((Math("x^2"),), ()),))],
    ),
    "table without a header": (
        [table(["a", "b"], ["c", "d"], head=False, head_column=True)],
        [
            Table(
                0,
                (),
                (
                    ((Text("a", frozenset({"strong"})),), (Text("b"),)),
                    ((Text("c", frozenset({"strong"})),), (Text("d"),)),
                ),
            )
        ],
    ),
    "code": (
        [block("code", "if a:\n\tb\n", properties={"language": [["Python"]], "caption": [["says b"]]})],
        [CodeBlock(0, "if a:\n    b", "python"), p("says b", "em")],
    ),
    "code, plain": (
        [block("code", "$ ls", properties={"language": [["Plain Text"]]})],
        [CodeBlock(0, "$ ls")],
    ),
    "equation": ([block("equation", "a = b \\tag{3}")], [MathBlock(0, "a = b", "3")]),
    "image": (
        [
            block(
                "image",
                properties={
                    "source": [["https://i.example/a.png"]],
                    "caption": rich("With ", tex("\\eta")),
                    "alt_text": [["a curve"]],
                },
            )
        ],
        [Figure(0, "https://i.example/a.png", "a curve", (Text("With "), Math("\\eta")))],
    ),
    "bookmark": (
        [
            block(
                "bookmark",
                "A page",
                properties={"link": [["https://a.example/x"]], "description": [["what it says"]]},
            )
        ],
        [Paragraph(0, (Link("https://a.example/x", (Text("A page"),)), Break(), Text("what it says")))],
    ),
    "bookmark without a title": (
        [block("bookmark", properties={"link": [["https://www.a.example/x/"]]})],
        [Paragraph(0, (Link("https://www.a.example/x/", (Text("a.example/x"),)),))],
    ),
    "page": (
        [block("page", "Inside", block("text", "not here"))],
        [Paragraph(0, (Link("https://notes.example/ID", (Text("Inside"),)),))],
    ),
    "divider": ([block("divider")], [Rule(0)]),
    "column_list": (
        [
            block(
                "column_list",
                "",
                block("column", "", block("text", "a"), column_ratio=0.5),
                block("column", "", block("text", "b")),
            )
        ],
        [p("a"), p("b")],
    ),
    "transclusion_container": (
        [block("transclusion_container", "", block("header", "One"), block("text", "a"))],
        [Heading(0, 2, (Text("One"),)), p("a")],
    ),
    "table_of_contents, breadcrumb": (
        [block("table_of_contents"), block("breadcrumb"), block("text", "a")],
        [p("a")],
    ),
    "video": (
        [block("video", properties={"source": [["https://www.youtube.com/watch?v=abcdefghijk"]]})],
        [Paragraph(0, (Link("https://www.youtube.com/watch?v=abcdefghijk", (Text("youtube.com/watch"),)),))],
    ),
    "file": (
        [block("file", "notes.pdf", properties={"source": [["https://f.example/1/notes.pdf"]]})],
        [Paragraph(0, (Link("https://f.example/1/notes.pdf", (Text("notes.pdf"),)),))],
    ),
    "pdf": (
        [block("pdf", properties={"source": [["https://f.example/1/a%20b.pdf"]]})],
        [Paragraph(0, (Link("https://f.example/1/a%20b.pdf", (Text("a b.pdf"),)),))],
    ),
    "tweet": (
        [block("tweet", properties={"source": [["https://x.com/a/status/1"]]})],
        [Paragraph(0, (Link("https://x.com/a/status/1", (Text("x.com/a/status/1"),)),))],
    ),
    "unknown, with words and blocks": (
        [block("new_thing", "Words", block("text", "inside"), block("header", "One"))],
        [p("Words"), p("inside"), Heading(0, 2, (Text("One"),))],
    ),
    "unknown, with a link": (
        [block("new_thing", properties={"source": [["https://a.example/x"]]})],
        [Paragraph(0, (Link("https://a.example/x", (Text("a.example/x"),)),))],
    ),
    "unknown, with nothing": ([block("new_thing")], [p("[new thing]", "em")]),
}


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("name", BLOCKS)
def test_a_block(name: str, envelope: str) -> None:
    given, wanted = BLOCKS[name]
    found = list(document(*given, envelope=envelope).blocks())
    shown = re.sub(r"notes\.example/[0-9a-f]{32}", "notes.example/ID", repr(bare(found)))
    assert shown == repr(bare(wanted))


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_written_as_markdown_is_read_back_as_it_was(name: str) -> None:
    doc = document(*BLOCKS[name][0])
    again = markdown.parse(to_markdown(doc))
    assert bare(list(again.blocks())) == bare(list(doc.blocks()))


@pytest.mark.parametrize(
    ("piece", "wanted"),
    [
        (["a", [["b"]]], Text("a", frozenset({"strong"}))),
        (["a", [["i"]]], Text("a", frozenset({"em"}))),
        (["a", [["s"]]], Text("a", frozenset({"strike"}))),
        (["a", [["_"]]], Text("a", frozenset({"underline"}))),
        (["a", [["b"], ["i"], ["h", "red"]]], Text("a", frozenset({"strong", "em"}))),
        (["a", [["h", "blue_background"]]], Text("a")),
        (["a", [["m", "comment"]]], Text("a")),
        (["a_b", [["c"]]], Code("a_b")),
        (["⁍", [["e", "a_{1}\n+ b"]]], Math("a_{1} + b")),
        (["a", [["a", "https://a.example/x?y=1"]]], Link("https://a.example/x?y=1", (Text("a"),))),
        (["a", [["b"], ["a", "/y"]]], Link("https://notes.example/y", (Text("a", frozenset({"strong"})),))),
        (["x", [["c"], ["a", "https://a.example/"]]], Link("https://a.example/", (Code("x"),))),
        (
            ["a", [["a", f"/{OTHER}?pvs=4"]]],
            Link(f"https://notes.example/{OTHER.replace('-', '')}", (Text("a"),)),
        ),
        (
            ["a", [["a", f"/Norms-{PLAIN}#{OTHER.replace('-', '')}"]]],
            Link(f"#{OTHER.replace('-', '')}", (Text("a"),)),
        ),
        (["a", [["a", "javascript:alert(1)"]]], Text("a")),
        (["a", [["a", "mailto:a@b.example"]]], Text("a")),
        (
            ["‣", [["p", OTHER]]],
            Link(f"https://notes.example/{OTHER.replace('-', '')}", (Text("Another page"),)),
        ),
        (
            ["‣", [["‣", ["p", OTHER]]]],
            Link(f"https://notes.example/{OTHER.replace('-', '')}", (Text("Another page"),)),
        ),
        (["‣", [["p", PAGE[:-1] + "f"]]], Link(f"https://notes.example/{PLAIN[:-1]}f", (Text("page"),))),
        (["‣", [["u", "u-1"]]], Text("@Ann Lee")),
        (["‣", [["u", "u-2"]]], Text("@someone")),
        (["‣", [["d", {"type": "date", "start_date": "2026-05-12"}]]], Text("2026-05-12")),
        (
            [
                "‣",
                [
                    [
                        "d",
                        {
                            "type": "datetimerange",
                            "start_date": "2026-05-12",
                            "start_time": "09:00",
                            "end_date": "2026-05-13",
                        },
                    ]
                ],
            ],
            Text("2026-05-12 09:00 → 2026-05-13"),
        ),
        (
            ["‣", [["lm", {"href": "https://a.example/x", "title": "A page"}]]],
            Link("https://a.example/x", (Text("A page"),)),
        ),
    ],
)
@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_mark(piece: Any, wanted: Any, envelope: str) -> None:
    given = record_map(PAGE, [block("text", ["before ", piece, " after"])], envelope)
    given["block"] |= record_map(OTHER, [], envelope, title="Another page")["block"]
    given["notion_user"] = {
        "u-1": enveloped({"id": "u-1", "given_name": "Ann", "family_name": "Lee"}, envelope)
    }
    (found,) = parse(stored(given, PAGE, BASE), BASE).blocks()
    assert isinstance(found, Paragraph)
    if isinstance(wanted, Text) and not wanted.styles:
        assert found.inlines == (Text(f"before {wanted.text} after"),)
    else:
        assert found.inlines == (Text("before "), wanted, Text(" after"))


def test_pieces_join_and_spaces_fold() -> None:
    assert row(["a ", [["b"]]], [" b", [["b"]]], " c\u2028d", ["\n", [["i"]]]) == (
        Text("a b", frozenset({"strong"})),
        Text(" c"),
        Break(),
        Text("d"),
    )
    assert row(["see ", [["c"]]], "x") == (Code("see"), Text(" x"))
    assert row("at https://a.example/x, or") == (
        Text("at "),
        Link("https://a.example/x", (Text("https://a.example/x"),)),
        Text(", or"),
    )


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("https://i.example/a.png", "https://i.example/a.png"),
        (
            FILE,
            f"https://www.notion.so/image/{quote(FILE, safe='')}?table=block&id=ID&cache=v2",
        ),
        (
            "attachment:0c5b1f0e:figure.png",
            "https://www.notion.so/image/attachment%3A0c5b1f0e%3Afigure.png?table=block&id=ID&cache=v2",
        ),
        ("/images/page-cover/met.jpg", "https://www.notion.so/images/page-cover/met.jpg"),
        ("/icon.png", "https://notes.example/icon.png"),
    ],
)
def test_the_address_of_an_image(source: str, address: str) -> None:
    given = block("image", properties={"source": [[source]]})
    (found,) = made(given)
    assert isinstance(found, Figure)
    assert found.src == address.replace("ID", given.id.replace("-", ""))


def test_an_image_that_nobody_can_get_keeps_its_words() -> None:
    properties = {"source": [["javascript:x"]], "caption": [["The caption"]], "alt_text": [["Alt"]]}
    assert bare(made(block("image", properties=properties))) == bare([p("Alt", "em"), p("The caption", "em")])


def test_a_file_of_notion_is_the_one_that_was_signed() -> None:
    given = block("file", "data.csv", properties={"source": [["attachment:x:data.csv"]]})
    (found,) = made(given)
    assert isinstance(found, Paragraph)
    assert isinstance(link := found.inlines[0], Link)
    assert link.href.startswith("https://www.notion.so/signed/attachment%3Ax%3Adata.csv?table=block&id=")
    signed = "https://file.notion.example/signed?exp=1"
    (found,) = made(given, signed_urls={given.id: signed})
    assert isinstance(found, Paragraph)
    assert found.inlines == (Link(signed, (Text("data.csv"),)),)


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_what_is_elsewhere_is_a_link_by_its_name(envelope: str) -> None:
    target = block("page", "The other")
    alias = block("alias", alias_pointer={"id": target.id, "table": "block"})
    inline = block("collection_view", collection_pointer={"id": "c-1", "table": "collection"})
    whole = Given("collection_view_page", more={"collection_id": "c-1"})
    named = {"c-1": enveloped({"id": "c-1", "name": [["Readings"]]}, envelope)}
    given = record_map(
        PAGE, [target, alias, inline, whole, block("collection_view")], envelope, collection=named
    )
    found = list(parse(stored(given, PAGE, BASE), BASE).blocks())
    links = [one.inlines[0] for one in found if isinstance(one, Paragraph)]
    address = f"https://notes.example/{target.id.replace('-', '')}"
    assert links[:2] == [Link(address, (Text("The other"),))] * 2
    assert [
        (text_of([link]), link.href.rpartition("/")[0]) for link in links[2:] if isinstance(link, Link)
    ] == [
        ("Readings", "https://notes.example/article"),
        ("Readings", "https://notes.example"),
        ("database", "https://notes.example/article"),
    ]


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_synced_block_stands_in_every_place(envelope: str) -> None:
    original = block("transclusion_container", "", block("text", "synced"))
    pointer = {"id": original.id, "table": "block", "spaceId": "s"}
    copy = block("transclusion_reference", transclusion_reference_pointer=pointer)
    missing = block("transclusion_reference", transclusion_reference_pointer={"id": OTHER})
    found = document(original, block("quote", "", copy), missing, envelope=envelope)
    assert bare(list(found.blocks())) == bare([p("synced"), Quote(0, (p("synced"),))])


def essay(repeated: int = 1) -> list[Given]:
    """A page with everything in it, numbered in order."""
    out: list[Given] = []
    for n in range(repeated):
        out += [
            block("header", f"Heading {n}"),
            block("text", rich(f"Paragraph {n} with ", tex(f"x_{{{n}}}"), ".")),
            block("equation", f"y_{{{n}}} = {n}"),
            block(
                "image",
                properties={"source": [["https://i.example/a.png"]], "caption": [[f"Caption {n}"]]},
            ),
            block("toggle", f"Summary {n}", block("sub_header", f"Under {n}"), block("text", f"Inside {n}")),
            block("bulleted_list", f"Item {n}", block("callout", f"Note {n}", page_icon="💡")),
            block("code", f"run({n})", properties={"language": [["Bash"]]}),
        ]
    return out


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_everything_of_a_rich_page_is_there_in_order(envelope: str) -> None:
    found = document(*essay(40), envelope=envelope)
    wanted = [
        said
        for n in range(40)
        for said in (
            *(f"Heading {n}", f"Paragraph {n} with x_{{{n}}}.", f"y_{{{n}}} = {n}", f"Caption {n}"),
            *(f"Summary {n}", f"Under {n}", f"Inside {n}", f"Item {n}", f"💡 Note {n}", f"run({n})"),
        )
    ]
    blocks = list(walk(found.blocks()))
    assert [text for one in blocks if (text := own_text(one))] == wanted
    assert [text for _, _, text in headings(found)] == [
        text for n in range(40) for text in (f"Heading {n}", f"Under {n}")
    ]
    formulas = [one for one in to_json(found) if one["type"] == "math"]
    assert [one["tex"] for one in formulas] == [f"y_{{{n}}} = {n}" for n in range(40)]
    assert "secret" not in plain_text(found.blocks())
    starts = [one.start for one in blocks]
    assert starts == sorted(starts)


def test_a_long_page_is_made_in_parts() -> None:
    found = document(*essay(200))
    assert len(found) > 5
    assert [one.start for index in range(len(found)) for one in found.part(index)[:1]] == list(found.starts)
    assert len(found._parsed) == len(found)
    last = document(*essay(200))
    last.part(len(last) - 1)
    assert list(last._parsed) == [len(last) - 1]
    assert bare(last.part(len(last) - 1)) == bare(found.part(len(found) - 1))


def test_a_list_without_end_goes_on_with_its_numbers() -> None:
    found = document(*[block("numbered_list", f"Item number {n}. " + "x" * 60) for n in range(2_000)])
    lists = [one for one in found.blocks() if isinstance(one, List)]
    assert len(lists) > 2
    counted = 1
    for one in lists:
        assert one.first == counted
        counted += len(one.items)
    assert counted == 2_001


@pytest.mark.parametrize(
    ("given", "unit", "times"),
    [
        (block("text", "One two three. " * 20_000), "three.", 20_000),
        (block("text", [["词语，", [["b"]]]] * 4_000 + [["x" * 40_000]]), "词语", 4_000),
        (block("code", "x = 1\n" * 50_000, properties={"language": [["Python"]]}), "x = 1", 50_000),
        (block("code", "x" * 100_000), "x", 100_000),
        (table(*[["one", "two words more"]] * 4_000, head=True), "one\ttwo", 4_000),
    ],
    ids=["text", "marked text", "code", "code without lines", "table"],
)
def test_no_part_is_large_and_no_word_is_lost_at_a_cut(given: Given, unit: str, times: int) -> None:
    found = document(given)
    assert len(found) > 1
    assert max(found.sizes) < 70_000
    blocks = list(found.blocks())
    assert len({type(one) for one in blocks}) == 1
    assert plain_text(blocks).count(unit) == times


def test_search_finds_the_words_and_nothing_else() -> None:
    text = stored(record_map(PAGE, [*essay(), block("text", rich("half", ["bold", [["b"]]]))]), PAGE, BASE)
    assert "halfbold" in text
    words = to_text(text).split("\n")
    assert "halfbold" in words
    assert "Caption 0" in words
    assert not {"p", "h2", "ul"} & set(words)
    assert to_text("no form") == "no form"


def test_a_form_that_is_none_is_shown_as_it_stands() -> None:
    for text in ("", "words", "{", '{"b": 7}', "[" * 100_000):
        assert plain_text(parse(text, BASE).blocks()).replace("\n", "") == text


# -- hostile maps

KINDS = [
    "text",
    "header",
    "bulleted_list",
    "numbered_list",
    "to_do",
    "quote",
    "callout",
    "toggle",
    "table",
    "table_row",
    "image",
    "code",
    "equation",
    "divider",
    "column",
    "transclusion_reference",
    "alias",
    "page",
    "collection_view",
    "file",
    "bookmark",
    "x\x1b\ud800",
]
NAMES = ["a", "b", "c", "d\ud800\x1b"]
IDS = st.sampled_from(["a", "b", "c", PAGE, ""])
TEXTS = st.text(max_size=8) | st.sampled_from(
    ["‣", "⁍", "attachment:\ud800", "\x1b]0;x\x07", "\ud800", "https://a.example/", "\u202e"]
)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
RICH = JUNK | st.lists(
    st.tuples(
        TEXTS,
        st.lists(
            st.tuples(st.sampled_from(["b", "a", "c", "e", "p", "u", "d", "lm", "eoi", "‣"]), JUNK),
            max_size=2,
        ),
    ).map(lambda piece: [piece[0], [list(mark) for mark in piece[1]]]),
    max_size=3,
)
VALUE = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(KINDS) | JUNK,
        "content": st.lists(IDS | JUNK, max_size=4) | JUNK,
        "properties": st.dictionaries(
            st.sampled_from(["title", "source", "caption", "language", "checked", "link", "description"]),
            RICH,
            max_size=3,
        )
        | JUNK,
        "format": st.dictionaries(
            st.sampled_from(
                [
                    "table_block_column_order",
                    "list_start_index",
                    "page_icon",
                    "display_source",
                    "alias_pointer",
                ]
            ),
            JUNK,
            max_size=3,
        )
        | JUNK,
        "alive": JUNK,
    },
)
ROOT = st.fixed_dictionaries(
    {"type": st.just("page"), "content": st.lists(st.sampled_from(NAMES), min_size=1)}
)


def enclosed(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(enveloped, value, st.sampled_from(ENVELOPES))


RECORDS = st.fixed_dictionaries(
    {PAGE: enclosed(ROOT)}, optional=dict.fromkeys(NAMES, enclosed(VALUE) | enclosed(VALUE) | JUNK)
)
MAP = st.fixed_dictionaries(
    {"block": RECORDS | st.dictionaries(IDS, enclosed(VALUE) | JUNK, max_size=4)},
    optional={"collection": JUNK, "notion_user": JUNK, "signed_urls": JUNK},
)


@given(MAP | JUNK, IDS)
@settings(deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))
def test_nothing_that_a_map_holds_raises_or_drives_a_terminal(given_map: Any, page_id: str) -> None:
    text = stored(given_map, page_id, BASE)
    text.encode()
    assert is_clean(text)
    found = parse(text, BASE)
    blocks = list(found.blocks())
    assert is_clean(plain_text(blocks))
    assert is_clean(json.dumps(to_json(found), ensure_ascii=False))
    for one in walk(blocks):
        assert 0 <= one.start <= sum(found.sizes)
    assert lay_out(blocks, 40) is not None
    to_markdown(found)


HOSTILE = "a\x1b]0;x\x07b\u202ec\ud800d\x9b2Je" + "\u0301" * 20


@pytest.mark.parametrize("name", BLOCKS)
def test_what_drives_a_terminal_is_gone_from_every_block(name: str) -> None:
    text = json.dumps(record_map(PAGE, BLOCKS[name][0]))
    hostile = json.dumps(HOSTILE)[1:-1]
    wild = json.loads(re.sub(r'(\[\["[^"]*)"', lambda found: found[1] + hostile + '"', text))
    form = stored(wild, PAGE, BASE)
    assert is_clean(form)
    found = parse(form, BASE)
    assert is_clean(json.dumps(to_json(found), ensure_ascii=False))
    assert "\ud800" not in to_markdown(found)


def test_a_stored_form_is_not_trusted_either() -> None:
    marks = [
        Mark(-3, 2, "b"),
        Mark(2, 99, "b"),
        Mark(1, 2, "zb", "javascript:x"),
        Mark(0, 1, "e"),
        Mark(2, 3, "i"),
    ]
    deep = Node("quote")
    for _ in range(400):
        deep = Node("quote", Words("x"), inside=[deep])
    unclean = HOSTILE.replace("\ud800", "")  # which JSON does not hold
    nodes = [
        Node("p", Words("abc", marks)),
        Node("p", Words(unclean, [Mark(0, 3, "b")])),
        Node("code", Words(unclean), unclean),
        Node("math", Words(unclean)),
        Node("img", about=unclean, url="https://a.example/i.png", below=Words(unclean)),
        Node("link", Words(unclean), url=unclean),
        Node("callout", Words("x"), unclean),
        Node("h2", Words("x"), unclean),
        Node(unclean, Words("x")),
        Node("table", rows=[[Words("a")], []]),
        deep,
    ]
    text = encode(Form(nodes))
    found = parse(text, BASE)
    blocks = list(found.blocks())
    assert is_clean(plain_text(blocks))
    assert is_clean(json.dumps(to_json(found), ensure_ascii=False))
    assert all(is_clean(one.id) for one in blocks if isinstance(one, Heading))
    first = blocks[0]
    assert isinstance(first, Paragraph)
    assert first.inlines == (Text("a"), Text("b", frozenset({"strong"})), Text("c", frozenset({"em"})))
    assert len(to_text(text)) < 1_000


def mapped(blocks: dict[str, Any]) -> dict[str, Any]:
    return {"block": {id_: {"value": {"id": id_, **value}} for id_, value in blocks.items()}}


def test_ids_kinds_and_addresses_may_be_of_any_characters() -> None:
    wild = "x\x1b[2J\ud800"
    title = {"title": [["Words"]]}
    blocks = {
        "p": {"type": "page", "content": [wild, "i", "k"]},
        wild: {"type": "header", "properties": title},
        "i": {"type": "image", "properties": {"source": [[f"attachment:{wild}:a.png"]]}},
        "k": {"type": wild, "properties": {"source": [["https://"]]}},
    }
    form = stored(mapped(blocks), "p", BASE)
    assert is_clean(form)
    heading, figure, link = parse(form, BASE).blocks()
    assert isinstance(heading, Heading)
    assert heading.id == "x[2j\ufffd"
    assert isinstance(figure, Figure)
    assert figure.src.startswith("https://www.notion.so/image/attachment%3Ax%5B2J%EF%BF%BD%3Aa.png?")
    assert own_text(link) == "x[2J\ufffd"


def test_blocks_within_themselves_are_passed_over() -> None:
    circle = mapped(
        {
            "p": {"type": "page", "content": ["a", "p", "gone", None, 7]},
            "a": {"type": "toggle", "properties": {"title": [["A"]]}, "content": ["b", "a"]},
            "b": {"type": "text", "properties": {"title": [["B"]]}, "content": ["a", "p"]},
        }
    )
    assert bare(list(parse(stored(circle, "p", BASE)).blocks())) == bare(
        [Details(0, (Text("A"),), (p("B"),))]
    )


def test_a_circle_of_synced_blocks_ends() -> None:
    pointer = {"transclusion_reference_pointer": {"id": "s"}}
    circle = mapped(
        {
            "p": {"type": "page", "content": ["s"]},
            "s": {"type": "transclusion_container", "content": ["t", "r"]},
            "t": {"type": "text", "properties": {"title": [["once"]]}},
            "r": {"type": "transclusion_reference", "format": pointer},
        }
    )
    assert bare(list(parse(stored(circle, "p", BASE)).blocks())) == bare([p("once")])


@pytest.mark.parametrize("kind", ["bulleted_list", "toggle", "text", "quote", "column"])
def test_absurd_depth_loses_no_words(kind: str) -> None:
    deep = {
        str(n): {"type": kind, "content": [str(n + 1)], "properties": {"title": [[f"w{n}"]]}}
        for n in range(3_000)
    }
    end = {"type": "text", "properties": {"title": [["the end"]]}}
    found = parse(stored(mapped({"p": {"type": "page", "content": ["0"]}, **deep, "3000": end}), "p", BASE))
    said = plain_text(found.blocks()).split()
    assert said[-2:] == ["the", "end"]
    assert kind == "column" or said[:-2] == [f"w{n}" for n in range(3_000)]


def test_blocks_that_multiply_are_bounded() -> None:
    doubling = {
        str(n): {"type": "toggle", "content": [str(n + 1)] * 2, "properties": {"title": [["x"]]}}
        for n in range(40)
    }
    text = stored(mapped({"p": {"type": "page", "content": ["0"]}, **doubling}), "p", BASE)
    assert parse(text).meta["cut"]
    assert len(text) < LARGEST * 1.01


@pytest.mark.parametrize(
    "long",
    [
        mapped(
            {
                "p": {"type": "page", "content": ["a"]},
                "a": {"type": "text", "properties": {"title": [['x\n"' * LARGEST]]}},
            }
        ),
        mapped(
            {
                "p": {"type": "page", "content": ["a"]},
                "a": {"type": "code", "properties": {"title": [["x" * 3 * LARGEST]]}},
            }
        ),
        mapped(
            {
                "p": {"type": "page", "content": [str(n) for n in range(3_000)]},
                **{str(n): {"type": "text", "properties": {"title": [["词" * 1_000]]}} for n in range(3_000)},
            }
        ),
        mapped(
            {
                "p": {"type": "page", "content": ["a"]},
                "a": {
                    "type": "text",
                    "properties": {"title": [["x", [["a", "https://a.example/" + "y" * 2_000]]]] * 5_000},
                },
            }
        ),
    ],
    ids=["a text", "code", "many texts", "links"],
)
def test_a_form_is_bounded_and_says_so(long: dict[str, Any]) -> None:
    text = stored(long, "p", BASE)
    assert LARGEST / 2 < len(text) < LARGEST * 1.01
    assert parse(text, BASE).meta == {"cut": True}
    assert parse(stored(record_map(PAGE, essay()), PAGE, BASE)).meta == {}


@pytest.mark.parametrize(
    "nothing", [None, 7, "x", [], {}, {"block": []}, {"block": {"a": None}}, mapped({"p": {"type": "page"}})]
)
def test_no_map_gives_no_text(nothing: object) -> None:
    assert stored(nothing, "p", BASE) == ""


def test_the_page_is_found_by_what_it_is_where_its_id_is_unknown() -> None:
    given = record_map(PAGE, [block("text", "here")])
    assert plain_text(parse(stored(given, "", BASE)).blocks()) == "here"
    assert plain_text(parse(stored(given, PLAIN.upper(), BASE)).blocks()) == "here"


def test_other_pages_of_the_map_are_passed_over() -> None:
    given = record_map(PAGE, [block("text", "here")])
    others = record_map(OTHER, [block("text", "elsewhere")])
    both = {"block": others["block"] | given["block"]}
    assert plain_text(parse(stored(both, PAGE, BASE)).blocks()) == "here"
