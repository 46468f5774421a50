"""Plain search: what is found, what is not, and that no query breaks it."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from techdash.document.notion_form import Form, Node, Words, encode
from techdash.models.plans import PlannedEntry
from techdash.query import parse
from techdash.store import arrivals, search, sources
from techdash.text.clean import is_clean
from tests.store.build import NOW, edition, item, plan, planned, source


@pytest.fixture(autouse=True)
def subscribed(writer: Database) -> None:
    sources.subscribe(writer, source("essays", kind="essay"), NOW)


def store(writer: Database, *found: PlannedEntry) -> None:
    arrivals.apply(writer, plan("essays", found))


def hits(conn: sqlite3.Connection, query: str, **more: int) -> list[str]:
    return [hit.title for hit in search.search(conn, parse(query), **more)]


@pytest.fixture
def texts(writer: Database) -> None:
    html = "<p>The <b>LayerNorm</b> of A&amp;B, 100% sure.</p><script>secret()</script>"
    markdown = "# 权重衰减\n\nWeight\ndecay, `snake_case` and [a link](https://x.example/path)."
    tags = {"author": "Zoë ÜNAL", "body": "tags <b>stay</b> text in C:\\data", "body_format": "text"}
    store(
        writer,
        planned("html", body=html, time=NOW),
        planned("markdown", body=markdown, body_format="markdown", time=NOW - 1),
        planned("text", "Ärger mit ＧＰＴ", time=NOW - 2, **tags),
        planned("summary", summary="归一化层带来的尺度不变性，为什么重要？", time=NOW - 3),
    )


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("layernorm", ["html"]),
        ("LAYERNORM sure", ["html"]),
        ("sure layernorm missing", []),
        ("ＬａｙｅｒＮｏｒｍ", ["html"]),
        ("a&b", ["html"]),
        ("100%", ["html"]),
        ("0% s", ["html"]),
        ("1%0", []),
        ("secret", []),
        ("<b>", ["text"]),
        ("snake_case", ["markdown"]),
        ("snakeXcase", []),
        ("snake_", ["markdown"]),
        ('"weight decay"', ["markdown"]),
        ('"decay weight"', []),
        ('"summary 归一化层"', []),
        ("decay weight", ["markdown"]),
        ("权", ["markdown"]),
        ("衰减", ["markdown"]),
        ("尺度不变性", ["summary"]),
        ("为什么重要？", ["summary"]),
        ("为什么重要?", ["summary"]),
        ("尺度 归一化", ["summary"]),
        ("度尺", []),
        ("ärger", ["text"]),
        ("ÄRGER", ["text"]),
        ("zoë ünal", ["text"]),
        ("mit ＧＰＴ", ["text"]),
        ("c:\\d", ["text"]),
        ("c:d", []),
        ("title", ["html", "markdown", "summary"]),
        ("title html", ["html"]),
    ],
)
def test_what_is_found(reader: sqlite3.Connection, query: str, found: list[str]) -> None:
    names = {
        "html": "Title of html",
        "markdown": "Title of markdown",
        "text": "Ärger mit ＧＰＴ",
        "summary": "Title of summary",
    }
    assert hits(reader, query) == [names[name] for name in found]


@pytest.mark.parametrize("query", ["", " ", '"', '""', '"  "', "\0", "\t\n", "​" * 0])
def test_a_query_without_a_word_finds_nothing(
    writer: Database, reader: sqlite3.Connection, query: str
) -> None:
    store(writer, planned("a", body="text"))
    assert search.search(reader, parse(query)) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.text(st.characters(codec=None), max_size=40)
    | st.text("\"'%_\\*()[]{}^:-<>&? aNEAR中", max_size=40)
)
@example(query='a"b')
@example(query="NEAR(")
@example(query="{a b}:c")
@example(query="\ud800")
@example(query="a\0b")
@example(query="%" * 60_000)
@example(query="a " * 5_000)
@example(query="中" * 10_000)
@example(query=" ".join(map(chr, range(0x4E00, 0x4E00 + 500))))
@pytest.mark.usefixtures("texts")
def test_no_query_raises(reader: sqlite3.Connection, query: str) -> None:
    for hit in search.search(reader, parse(query)):
        assert is_clean(hit.snippet)


letters = st.text("abcXYZ中文字äß%_\\&<", min_size=1, max_size=5)
words = letters.filter(lambda text: any(map(str.isalnum, text)))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bodies=st.lists(st.lists(words, max_size=6), min_size=1, max_size=4),
    query=st.lists(words, min_size=1, max_size=2),
)
def test_plain_text_is_found_as_python_finds_it(
    writer: Database, reader: sqlite3.Connection, bodies: list[list[str]], query: list[str]
) -> None:
    with writer.conn:
        writer.execute("DELETE FROM entries")
    texts = [" ".join(body) for body in bodies]
    store(
        writer,
        *(
            planned(str(n), "-", url="", body=text, body_format="text", time=NOW - n)
            for n, text in enumerate(texts)
        ),
    )
    found = [hit.id for hit in search.search(reader, parse(" ".join(query)))]
    ids = [id_ for (id_,) in reader.execute("SELECT id FROM entries ORDER BY sort_time DESC")]
    wanted = [
        id_
        for id_, text in zip(ids, texts, strict=True)
        if all(word.casefold() in text.casefold() for word in query)
        and not any("ß" in word for word in query)
    ]
    assert [id_ for id_ in found if id_ in wanted] == wanted
    if not any("ß" in text for text in [*texts, *query]):
        assert found == wanted


def test_newest_first_and_no_more_than_asked_for(writer: Database, reader: sqlite3.Connection) -> None:
    store(writer, *(planned(str(n), f"word {n}", time=NOW - n) for n in range(9)))
    assert hits(reader, "word", limit=4) == ["word 0", "word 1", "word 2", "word 3"]
    assert hits(reader, "word", limit=0) == []
    assert not reader.in_transaction


def test_a_hit_says_where_it_is_from(writer: Database, reader: sqlite3.Connection) -> None:
    store(writer, planned("k", "The title", kind="essay", body="<p>body</p>", url="https://e.example/"))
    (hit,) = search.search(reader, parse("title"))
    assert (hit.id, hit.kind, hit.title, hit.source_title) == (1, "essay", "The title", "Essays")
    assert (hit.url, hit.published, hit.snippet, hit.score) == ("https://e.example/", NOW, "body", 1.0)
    assert search.search(reader, parse("body"))[0].score < 1.0


@pytest.mark.parametrize("body_format", ["html", "markdown", "notion", "text"])
@pytest.mark.parametrize("word", ["needle", "针", "ﬁnder", "Straße"])
def test_a_snippet_is_plain_text_around_the_match(
    writer: Database, reader: sqlite3.Connection, body_format: str, word: str
) -> None:
    filler = "Some … words ½ ﬁrst\n\n" * 60
    mark = {"html": f"<b>{word}</b>", "markdown": f"**{word}**"}.get(body_format, word)
    body = f"{filler} and then the {mark} stands here {filler}"
    if body_format == "notion":
        body = encode(Form([Node("p", Words(body)), Node("code", Words("x"), "Python")]))
    store(writer, planned("k", body=body, body_format=body_format))
    (hit,) = search.search(reader, parse(word))
    assert word in hit.snippet
    assert "<b>" not in hit.snippet
    assert "**" not in hit.snippet
    assert "\n" not in hit.snippet
    assert hit.snippet.startswith("…") or body_format == "markdown"
    assert 40 <= len(hit.snippet) <= 130


def test_items_that_no_source_brought_are_found(writer: Database, reader: sqlite3.Connection) -> None:
    store(writer, planned("d", "Daily", kind="digest", edition=edition(("github", [item("repository")]))))
    (hit,) = search.search(reader, parse("repository"))
    assert (hit.title, hit.kind, hit.url) == ("Item repository", "github", "https://items.example/repository")
    store(writer, planned("r", "The repository itself", url="https://items.example/repository"))
    assert hits(reader, "repository") == ["The repository itself"]
