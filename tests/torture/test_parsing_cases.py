"""No case of parsing is silently absent: P01 to P33 and E12 to E26 each have a test that bears their id."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
FILES = (
    HERE / "test_documents.py",
    HERE / "test_entries.py",
    HERE.parent / "unit" / "test_feeds_mutants.py",
)


def test_every_case_of_parsing_is_here() -> None:
    found = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for letter, first, last in re.findall(r"_([pe])(\d\d)(?:_to_[pe](\d\d))?(?=_)", node.name):
                found |= {f"{letter}{n:02}" for n in range(int(first), int(last or first) + 1)}
    assert found == {*(f"p{n:02}" for n in range(1, 34)), *(f"e{n}" for n in range(12, 27))}
