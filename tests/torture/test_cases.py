"""No case is silently absent, and nothing goes round the bounds that the cases test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "src" / "techdash"
# Cases that can't be served on loopback, each with the reason it is skipped with; there is none.
NOT_SERVED: dict[str, str] = {}


def test_every_case_of_the_transport_is_here() -> None:
    found = set()
    for path in HERE.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found |= set(re.findall(r"(?<=_)h\d\d(?=_)", node.name))
    assert found | set(NOT_SERVED) == {f"h{n:02}" for n in range(1, 61)}
    assert not found & set(NOT_SERVED)


@cache
def trees() -> list[tuple[str, ast.Module]]:
    """Every module of the program, by its path."""
    return [
        (path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text()))
        for path in sorted(SOURCE.rglob("*.py"))
    ]


def imported(tree: ast.Module) -> set[str]:
    """The packages that a module imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize(
    ("package", "only"),
    [
        ("httpx", {"feeds/client.py"}),
        ("httpcore", set()),
        ("requests", set()),
        ("aiohttp", set()),
        ("http", set()),
        ("anyio", set()),
        ("feedparser", {"feeds/soup.py"}),
    ],
)
def test_h1_one_way_out_and_p1_one_way_into_the_parser(package: str, only: set[str]) -> None:
    assert {name for name, tree in trees() if package in imported(tree)} == only


def called(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            parts, function = [], node.func
            while isinstance(function, ast.Attribute):
                parts.append(function.attr)
                function = function.value
            if isinstance(function, ast.Name):
                parts.append(function.id)
            yield ".".join(reversed(parts)), node


def test_p1_the_parser_is_given_bytes_and_no_address() -> None:
    for name, tree in trees():
        streams = {
            ast.unparse(node.targets[0])
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            and ast.unparse(node.value).startswith(("BytesIO(", "io.BytesIO("))
        }
        given = [
            ast.unparse(call.args[0]) for function, call in called(tree) if function == "feedparser.parse"
        ]
        assert all(it in streams or it.startswith(("BytesIO(", "io.BytesIO(")) for it in given), name
        assert bool(given) is (name == "feeds/soup.py")


def test_x1_no_shell_anywhere() -> None:
    shells = re.compile(
        r"os\.(system|popen|spawn\w*|exec\w*)|subprocess\.(getoutput|getstatusoutput)|.*_shell"
    )
    for name, tree in trees():
        for function, call in called(tree):
            assert not shells.fullmatch(function), (name, function)
            for keyword in call.keywords:
                assert keyword.arg != "shell", (name, function)


def test_h1_nobody_opens_an_address_or_a_socket_of_their_own() -> None:
    opening = re.compile(
        r"(urllib\.request\.)?(urlopen|urlretrieve)|socket\.(socket|create_connection)|(asyncio\.)?open_connection"
    )
    for name, tree in trees():
        for function, _ in called(tree):
            assert not opening.fullmatch(function), (name, function)
