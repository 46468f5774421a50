"""Wrong usage: exit code 2, nothing on standard output, one sentence on standard error. In this process, as
the program is the same and there are many of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from techdash.cli import main

WRONG = [
    ("nonsense",),
    ("--nonsense",),
    ("--refresh", "digest"),
    ("--refresh", "--json", "--events"),
    ("--refresh", "--wait", "soon"),
    ("--refresh", "--wait", "-1"),
    ("--force",),
    ("--json",),
    ("--quiet", "sources"),
    ("digest", "2026-13-40"),
    ("digest", "tomorrowish"),
    ("digest", "2026-05-12..2026-05-05"),
    ("digest", "--width", "3"),
    ("digest", "--json", "--markdown"),
    ("read",),
    ("read", "987654321"),
    ("read", "https://example.org/never-heard-of"),
    ("read", "no-such-file.md"),
    ("read", __file__),
    ("read", "1", "--plain", "--json"),
    ("search",),
    ("search", " "),
    ("search", "--limit", "0", "x"),
    ("cheat", "--sheet", "nowhere"),
    ("add", "not an address"),
    ("add", "/no/such/folder"),
    ("add", __file__),
    ("add", "--id", "Not Good", "https://example.org/"),
    ("add", "--kind", "tale", "https://example.org/"),
    ("add", "--id", "wire", "https://example.org/feed"),
    ("sources", "remove", "unknown"),
    ("sources", "remove"),
    ("sources", "polish"),
    ("sources", "import", "/no/such/file.opml"),
    ("sources", "import", __file__),
    ("sources", "--json", "export"),
    ("doctor", "--backup", "/"),
    (),
]


@pytest.mark.parametrize("command", WRONG, ids=lambda command: " ".join(command).replace(__file__, "FILE"))
def test_one_sentence(
    prepared: Path,
    command: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TECHDASH_HOME", str(prepared))
    assert main(command) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("techdash: ")
    assert said.err.count("\n") == 1
    assert said.err.rstrip().endswith((".", "?"))
    assert "argument" not in said.err.lower() or "--" in said.err or "ID" in said.err


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        (("sources", "enable", "recsys"), "did you mean recsys-frontier?"),
        (("add", "--id", "wire", "https://example.org/feed"), "wire is subscribed to already"),
        (("digest", "2026-05-12..2026-05-05"), "ends before it begins"),
        ((), "techdash needs a terminal; try techdash digest."),
    ],
)
def test_the_sentence_helps(
    prepared: Path,
    command: tuple[str, ...],
    hint: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TECHDASH_HOME", str(prepared))
    main(command)
    assert hint in capsys.readouterr().err
