"""What each part loads, seen in a fresh interpreter: the arrows of the house and a start that stays quick."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
SCREEN = {"textual", "rich"}
FETCHING = {"httpx", "httpcore", "feedparser", "fastfeedparser", "lxml", "trafilatura"}
PARSING = {"selectolax", "markdown_it", "mdit_py_plugins"}
WRITING = {"sqlite_utils"}
PICTURES = {"PIL", "textual_image"}
LATER = {
    "techdash.tui.figures",
    "techdash.tui.sources_screen",
    "techdash.tui.source_rows",
    "techdash.tui.dialogs",
    "techdash.tui.add_source",
    "techdash.standing",
    "techdash.store.sources",
}
BEHIND = {
    "techdash.feeds",
    "techdash.refresh",
    "techdash.drafting",
    "techdash.worker",
    "techdash.pictures.origin",
    "techdash.pictures.decode",
}


def modules_below(package: str) -> list[str]:
    """Every module of a part, itself first, as its files say."""
    path = SOURCE / Path(*package.split("."))
    if not path.is_dir():
        return [package]
    names = [path / "__init__.py", *sorted(path.rglob("*.py"))]
    dotted = (".".join(name.relative_to(SOURCE).with_suffix("").parts) for name in names)
    return list(dict.fromkeys(name.removesuffix(".__init__") for name in dotted))


def loaded_by(code: str, *arguments: str) -> set[str]:
    """Top-level names of ``sys.modules``, and techdash's own whole, after ``code`` ran in a new process."""
    report = "import sys\ndef report():\n    print('\\n' + ' '.join(sys.modules), file=sys.__stdout__)\n"
    done = subprocess.run(
        [sys.executable, "-c", f"{report}{code}\nreport()", *arguments],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    names = done.stdout.splitlines()[-1].split()
    return {name.partition(".")[0] for name in names} | {n for n in names if n.startswith("techdash.")}


@pytest.mark.parametrize(
    ("part", "never"),
    [
        ("techdash.errors", SCREEN | FETCHING | PARSING | WRITING | {"sqlite3", "asyncio"}),
        ("techdash.models.editions", SCREEN | FETCHING | PARSING | WRITING | {"sqlite3", "asyncio"}),
        ("techdash.assets", SCREEN | FETCHING | PARSING | WRITING | {"sqlite3", "asyncio"}),
        ("techdash.paths", SCREEN | FETCHING | PARSING | WRITING | {"sqlite3", "asyncio"}),
        ("techdash.config", SCREEN | FETCHING | PARSING | WRITING | {"sqlite3", "asyncio"}),
        ("techdash.text", SCREEN | FETCHING | PARSING | WRITING | {"sqlite3", "asyncio"}),
        ("techdash.document", SCREEN | FETCHING | WRITING | {"sqlite3", "techdash.store", "techdash.feeds"}),
        ("techdash.editions", SCREEN | FETCHING | WRITING | {"sqlite3", "techdash.store", "techdash.feeds"}),
        (
            "techdash.feeds",
            SCREEN | WRITING | {"trafilatura", "sqlite3", "techdash.store", "techdash.editions"},
        ),
        ("techdash.store", SCREEN | FETCHING | PARSING | {"techdash.feeds", "techdash.editions"}),
        ("techdash.sheets", SCREEN | FETCHING | WRITING | {"sqlite3"}),
        ("techdash.worker", SCREEN | WRITING | {"trafilatura", "sqlite3", "httpx"}),
        ("techdash.pictures", SCREEN | PARSING | WRITING | {"sqlite3", "feedparser", "techdash.store"}),
        ("techdash.starter", SCREEN | {"techdash.tui"}),
        ("techdash.drafting", SCREEN | FETCHING | PARSING | WRITING),
        ("techdash.refresh", SCREEN | {"techdash.tui", "trafilatura"}),
        ("techdash.cli", SCREEN | FETCHING | PARSING | WRITING | {"sqlite3", "asyncio"}),
    ],
)
def test_a_part_loads_nothing_from_above(part: str, never: set[str]) -> None:
    names = modules_below(part)
    assert not loaded_by(f"import {', '.join(names)}") & never


def test_the_window_can_be_imported_without_a_fetcher_or_a_parser() -> None:
    loaded = loaded_by("import techdash.tui.app")
    assert "textual" in loaded
    assert not loaded & (FETCHING | PARSING | WRITING | PICTURES | BEHIND | LATER)


def test_no_module_of_the_window_names_a_fetcher() -> None:
    loaded = loaded_by(f"import {', '.join(modules_below('techdash.tui'))}")
    assert not loaded & (FETCHING | WRITING | PICTURES | BEHIND)


def test_asking_for_the_version_loads_next_to_nothing() -> None:
    code = "from techdash.cli import main\ntry:\n    main()\nexcept SystemExit as stop: assert not stop.code"
    loaded = loaded_by(code, "--version")
    assert not loaded & (SCREEN | FETCHING | PARSING | WRITING | {"sqlite3", "asyncio"})
