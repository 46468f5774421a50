"""The query language: what it means, what is a mistake and where, and that it can be written again."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from techdash import query
from techdash.query import (
    And,
    AtLeast,
    ByAuthor,
    Has,
    InLanguage,
    Is,
    Not,
    OfKind,
    OfSource,
    OnDays,
    Or,
    Phrase,
    Query,
    QueryError,
    Since,
    Tagged,
    Term,
    Word,
    parse,
)
from techdash.text.clean import is_clean


def words(*texts: str) -> tuple[Term, ...]:
    return tuple(map(Word, texts))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", None),
        ("  \t\n　 ", None),
        ("word", Word("word")),
        ("推荐 model", And(words("推荐", "model"))),
        ('"weight  decay"', Phrase("weight decay")),
        ("“权重 衰减”", Phrase("权重 衰减")),
        ("「推荐算法」", Phrase("推荐算法")),
        ('a"b c"d', And((Word("a"), Phrase("b c"), Word("d")))),
        ('"open to the end', Phrase("open to the end")),
        ('""', None),
        ("recomm*", Word("recomm", begins=True)),
        ("推荐＊", Word("推荐", begins=True)),
        ("-a", Not(Word("a"))),
        ("－a", Not(Word("a"))),
        ("a -b", And((Word("a"), Not(Word("b"))))),
        ('-"a b"', Not(Phrase("a b"))),
        ("-(a b)", Not(And(words("a", "b")))),
        ("--resume", Word("--resume")),
        ("gpt-4o", Word("gpt-4o")),
        ("- a", Word("a")),
        ("a or b", Or(words("a", "b"))),
        ("a OR b ｏｒ c", Or(words("a", "b", "c"))),
        ("a b or c d", Or((And(words("a", "b")), And(words("c", "d"))))),
        ("a (b or c)", And((Word("a"), Or(words("b", "c"))))),
        ("（a or b） c", And((Or(words("a", "b")), Word("c")))),
        ("((a)) ((b c))", And(words("a", "b", "c"))),
        ("a and b", And(words("a", "b"))),
        ("(a or b", Or(words("a", "b"))),
        ("a) b", And(words("a)", "b"))),
        ("f(x) c++", And(words("f(x)", "c++"))),
        ("(f(x) or g)", Or(words("f(x)", "g"))),
        ("oracle android", And(words("oracle", "android"))),
        # an `or` beside nothing is a word, signs alone are nothing
        ("or", Phrase("or")),
        ("a or", And((Word("a"), Phrase("or")))),
        ("or a", And((Phrase("or"), Word("a")))),
        ("a or or b", Or((And((Word("a"), Phrase("or"))), Word("b")))),
        ("AND", Phrase("AND")),
        ("a & b %", And(words("a", "b"))),
        ("* ( ) - -- \" ' : …", None),
        # fields
        ("source:openai", OfSource("openai")),
        ('source:"OpenAI News" x', And((OfSource("OpenAI News"), Word("x")))),
        ("ｓｏｕｒｃｅ：openai", OfSource("openai")),
        ("source：“OpenAI News”", OfSource("OpenAI News")),
        ("Kind:Essay", OfKind("essay")),
        ("kind:ｐａｐｅｒ", OfKind("paper")),
        ("-kind:podcast", Not(OfKind("podcast"))),
        ("tag:推荐系统", Tagged("推荐系统")),
        ("lang:zh", InLanguage("zh")),
        ("lang:pt-BR", InLanguage("pt-br")),
        ("author:李沐", ByAuthor("李沐")),
        ("is:unread", Is("unread")),
        ("is:unread or is:starred", Or((Is("unread"), Is("starred")))),
        ("(is:later)", Is("later")),
        ("has:math", Has("math")),
        ("day:2026-05-12", OnDays("2026-05-12", "2026-05-12")),
        ("day:２０２６－０５－１２", OnDays("2026-05-12", "2026-05-12")),
        ("day:2026-05-01..2026-05-12", OnDays("2026-05-01", "2026-05-12")),
        ("day:2026-05-01..", OnDays("2026-05-01", "")),
        ("day:..yesterday", OnDays("", "yesterday")),
        ("day:today", OnDays("today", "today")),
        ("day：今天", OnDays("today", "today")),
        ("since:7d", Since(168)),
        ("since:12h", Since(12)),
        ("since:2w", Since(336)),
        ("since:2026-05-01", OnDays("2026-05-01", "")),
        ("since:yesterday", OnDays("yesterday", "")),
        ("min:10m", AtLeast(10)),
        ("min:10", AtLeast(10)),
        ("min:1h", AtLeast(60)),
        # what has a colon and is no field
        ("https://x.example/a?b=c", Word("https://x.example/a?b=c")),
        ("std::vector", Word("std::vector")),
        ("c:\\data", Word("c:\\data")),
        ("12:30", Word("12:30")),
        ("note: this", And(words("note:", "this"))),
        ("{a b}:c", And(words("{a", "b}:c"))),
        ("x.source:y", Word("x.source:y")),
        ('"title:x"', Phrase("title:x")),
        # what is no text
        ("a\0b", And(words("a", "b"))),
        ("\ud800", None),
        ("\u202eabc", Word("abc")),
    ],
)
def test_what_a_query_means(text: str, meant: Term | None) -> None:
    assert parse(text) == Query(meant)
    assert bool(parse(text)) is (meant is not None)


@pytest.mark.parametrize(
    ("text", "place", "nearest", "says"),
    [
        ("rust sourc:openai", "sourc:", "source", "There is no field sourc; did you mean source:?"),
        ("titel:x", "titel:", "", "There is no field titel; there are source, kind, tag"),
        ("a is:unred b", "unred", "unread", "is:unred is none there is; did you mean is:unread?"),
        ("is:99", "99", "", "there are unread, read, starred, later"),
        ("-(a kind:esay)", "esay", "essay", "did you mean kind:essay?"),
        ("has:maths", "maths", "math", "did you mean has:math?"),
        ("a source:", "source:", "", "source: wants a value, as in source:openai."),
        ("source: x", "source:", "", "source: wants a value"),
        ("day:2026-02-30", "2026-02-30", "", "day: can't be 2026-02-30; it is written as in day:2026-05-12."),
        ("day:..", "..", "", "day: can't be"),
        ("day:tomorrow", "tomorrow", "", "day: can't be tomorrow"),
        ("day:2026-05-12..x", "2026-05-12..x", "", "day: can't be"),
        ("since:7days", "7days", "", "as in since:7d"),
        ("min:long", "long", "", "as in min:10m"),
        ("lang:中文", "中文", "", "as in lang:zh"),
        ('is:"un read"', '"un read"', "unread", "did you mean is:unread?"),
    ],
)
def test_a_mistake_says_what_and_where(text: str, place: str, nearest: str, says: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert text[error.start : error.end] == place
    assert error.nearest == nearest
    assert says in str(error)
    assert error.exit_code == 2


# The cases of reliability.md, and more of their kind.
HOSTILE = [
    *('"', 'a"b', "NEAR(", "*", "AND", "-x", "(", "^a", "{a b}:c", "\0", "a\0b", "中文", "%" * 60_000),
    *("a " * 5_000, "中" * 10_000, "(" * 5_000, "-(" * 5_000, "-" * 900 + "x", '"' * 999, "\ud800" * 20),
    *(
        "a OR",
        "OR a",
        "NOT a",
        "a NEAR/2 b",
        "col : a",
        "'; DROP TABLE entries; --",
        "a* *b",
        ")(",
        "e\u0301" * 500,
    ),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_query_is_a_query(text: str) -> None:
    assert parse(str(parse(text))) == parse(text)


parts = st.sampled_from(
    [
        *(
            "(",
            ")",
            "-",
            '"',
            "“",
            "（",
            "）",
            "：",
            "*",
            " ",
            "  ",
            " or ",
            " and ",
            "or",
            "is:unread",
            "source:",
        ),
        *(
            "a",
            "b(",
            "c)",
            "推荐",
            "x y",
            "day:",
            "2026-05-12",
            "..",
            "today",
            "tag:“a b”",
            "since:7d",
            "-(",
            "--",
        ),
        *("kind:essay", "ｉｓ：ｒｅａｄ", "min:10", "\u3000", "\0", "é", "f(x)", "a:b", "http://a"),
    ]
)


@given(st.lists(parts, max_size=14).map("".join) | st.text(st.characters(codec=None), max_size=60))
@example("c (b or f(x")
@example("a (or) b")
@example("-(--x)")
@example("-(-x)")
@example("a or * b")
def test_any_text_is_a_query_or_a_mistake_in_it(text: str) -> None:
    error: QueryError | None = None
    try:
        found = parse(text)
    except QueryError as mistake:
        error = mistake
    if error is not None:
        assert 0 <= error.start < error.end <= len(text)
        assert is_clean(str(error))
        return
    written = str(found)
    assert is_clean(written)
    assert parse(written) == found
    assert str(parse(written)) == written


def test_what_is_written_reads_as_it_was_meant() -> None:
    text = '推荐 "weight decay" -(is:read or is:later) source:"OpenAI News" day:2026-05-01.. since:7d min:10m'
    assert str(parse(text)) == text


def test_days_are_told_from_the_readers_day() -> None:
    def days(text: str) -> tuple[str, str]:
        term = parse(text).term
        assert isinstance(term, OnDays)
        return query.resolve(term, "2026-03-01")

    assert days("day:today") == ("2026-03-01", "2026-03-01")
    assert days("day:yesterday") == ("2026-02-28", "2026-02-28")
    assert days("since:yesterday") == ("2026-02-28", "")
    assert days("day:2026-05-12..2026-05-01") == ("2026-05-01", "2026-05-12")


def test_no_more_counts_than_is_said() -> None:
    assert len(str(parse("word " * 5_000))) <= query.LONGEST
    term = parse(" ".join(f"w{n}" for n in range(200))).term
    assert isinstance(term, And)
    assert len(term.terms) == query.MOST_TERMS
