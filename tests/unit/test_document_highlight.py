"""Code in colour: the text as it was, roles where they belong, bounds that hold."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from techdash.document.highlight import highlight
from techdash.document.layout import Setting, lay_out, line_text
from techdash.document.tree import CodeBlock


def role_of(piece: str, text: str, language: str) -> str:
    """The role of the first token that holds a piece of the code."""
    return next(role for row in highlight(text, language) for token, role in row if piece in token)


@pytest.mark.parametrize(
    ("language", "text", "roles"),
    [
        (
            "python",
            "class A(B):\n    def run(x: int) -> 'C':  # 注释\n        return x + 1.5 if x in y else None",
            {
                "class": "tok-keyword",
                "A": "tok-type",
                "run": "tok-name",
                "int": "tok-type",
                "'C'": "tok-string",
                "# 注释": "tok-comment",
                "return": "tok-keyword",
                "+": "tok-operator",
                "1.5": "tok-number",
                "None": "tok-keyword",
            },
        ),
        ("Rust", "fn main() { let x: u8 = 1; }", {"fn": "tok-keyword", "main": "tok-name", "u8": "tok-type"}),
        ("js", "const a = `b`; // c", {"const": "tok-keyword", "`b`": "tok-string", "// c": "tok-comment"}),
        ("diff", "-a\n+b", {"-a": "tok-error", "+b": "tok-string"}),
        ("html", '<p class="x">y</p>', {"p": "tok-keyword", "class": "tok-name", "x": "tok-string", "y": ""}),
        ("c", "int a = §;", {"int": "tok-type", "§": "tok-error"}),
    ],
)
def test_roles(language: str, text: str, roles: dict[str, str]) -> None:
    assert {piece: role_of(piece, text, language) for piece in roles} == roles


@pytest.mark.parametrize("language", ["", "nosuch", "../x", "中文", "\x00", "x" * 10_000])
def test_an_unknown_language_has_no_tokens(language: str) -> None:
    assert highlight("x = 1", language) == ()


CODE = st.lists(
    st.sampled_from(
        [
            *[
                "def f(x):",
                "    return",
                "'",
                '"""',
                "# 注释",
                "/*",
                "*/",
                "<a href='",
                "${",
                "{",
                "\n",
                "\n\n",
                " ",
            ],
            *[
                "e\u0301",
                "👩\u200d👩",
                "\t",
                "0x",
                "1e",
                "\\",
                "`",
                "%",
                "```",
                "-a",
                "+b",
                "$ ls",
                ">>> x",
                "@",
                "~",
            ],
        ]
    ),
    max_size=20,
).map("".join)
LANGUAGES = st.sampled_from(
    [
        "py",
        "pycon",
        "console",
        "js",
        "html",
        "css",
        "c",
        "cpp",
        "rust",
        "go",
        "md",
        "json",
        "yaml",
        "diff",
        "php",
        "tex",
    ]
)


@given(CODE, LANGUAGES, st.integers(8, 60), st.booleans())
@settings(deadline=None, max_examples=200)
def test_the_text_and_its_lines_stay_as_they_were(
    text: str, language: str, width: int, sideways: bool
) -> None:
    tokens = highlight(text, language)
    assert ["".join(token for token, _ in row) for row in tokens] in (text.split("\n"), [])
    assert all(token for row in tokens for token, _ in row)
    block = CodeBlock(0, text, language)
    plain = lay_out([block], width, Setting(sideways=sideways))
    coloured = lay_out([block], width, Setting(sideways=sideways, tokens={0: tokens}))
    assert [(line_text(line), line.start, line.before, line.wide) for line in coloured] == [
        (line_text(line), line.start, line.before, line.wide) for line in plain
    ]


def test_what_is_too_long_stays_plain_from_there_on() -> None:
    line = "return 1\n"
    for text, coloured in (
        (line * 10_000, 30_000 // len(line)),
        (line + "return " * 200 + "\n" + line, 1),
        (line + "\n" * 60 + line, 51),
    ):
        tokens = highlight(text, "python")
        assert ["".join(token for token, _ in row) for row in tokens] == text.split("\n")
        roles = [row[0][1] if row else "" for row in tokens]
        assert roles[0] == "tok-keyword"
        assert not any(roles[coloured:])
        assert len([role for role in roles if role]) <= coloured


@pytest.mark.parametrize(
    "text", ["\n" * 30_000, " \n" * 15_000, "((((" * 7_000, "\\" * 30_000, "a::" * 10_000]
)
@pytest.mark.parametrize("language", ["cpp", "md", "matlab", "ruby"])
def test_no_code_is_too_much_for_a_lexer(language: str, text: str) -> None:
    # Unbounded, some of these take half a minute.
    assert len(highlight(text, language)) == text.count("\n") + 1


def test_a_lexer_that_fails_costs_the_colour_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from pygments.lexers import PythonLexer

    def fails(self: PythonLexer, text: str) -> None:
        raise RecursionError

    monkeypatch.setattr(PythonLexer, "get_tokens_unprocessed", fails)
    assert highlight("x = 1", "python") == ()


def test_a_lexer_that_changes_the_text_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    from pygments.lexers import PythonLexer
    from pygments.token import Token

    def changes(self: PythonLexer, text: str) -> list[tuple[int, object, str]]:
        return [(0, Token.Text, text.upper())]

    monkeypatch.setattr(PythonLexer, "get_tokens_unprocessed", changes)
    assert highlight("x = 1", "python") == ()


def test_pygments_is_loaded_when_first_asked() -> None:
    code = (
        "import sys; from techdash.document import highlight, layout; before = 'pygments' in sys.modules;"
        "highlight.highlight('x', 'py'); print(before, 'pygments' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
