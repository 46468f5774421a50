"""How a run ends: 0 done, 1 some source failed, 2 wrong usage, 3 could not run, 4 busy, 130 interrupted."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Site
from tests.cli.program import Program
from tests.homes import write_sources


@pytest.mark.parametrize("command", [("nonsense",), ("--refresh", "--source", "unknown"), ()], ids=" ".join)
def test_2_wrong_usage_in_one_sentence(program: Program, command: tuple[str, ...]) -> None:
    done = program.run(*command)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("techdash: ")
    assert done.err.count("\n") == 1


def test_2_without_a_terminal_there_is_no_window(program: Program) -> None:
    assert program.run().err == "techdash: techdash needs a terminal; try techdash digest.\n"


@pytest.mark.parametrize("command", [("digest",), ("--refresh",), ("search", "x"), ("doctor",)], ids=" ".join)
def test_2_wrong_configuration(program: Program, command: tuple[str, ...]) -> None:
    (program.home / "config.toml").write_text('colum = "wide"\n')
    done = program.run(*command)
    assert done.code == 2
    assert "did you mean column?" in done.out + done.err


@pytest.mark.parametrize(
    "command", [("--help",), ("digest", "--help"), ("sources", "import", "--help"), ("--version",)]
)
def test_0_help_and_version(program: Program, command: tuple[str, ...]) -> None:
    done = program.run(*command)
    assert (done.code, done.err) == (0, "")
    assert done.out


def test_0_a_day_without_an_edition_names_its_neighbours(program: Program) -> None:
    done = program.run("digest", "2026-05-04")
    assert done.code == 0
    assert re.search(r"No edition on 2026-05-04\. The nearest (are .* and|is) 2026-05-05\.", done.err)
    assert program.run("digest", "2026-05-04", "--json").json() == []


def test_1_some_source_failed(program: Program, tmp_path: Path) -> None:
    write_sources(
        program.home, {"id": "lost", "url": str(tmp_path / "lost"), "kind": "essay", "name": "Lost"}
    )
    done = program.run("--refresh", "--force", "--json")
    assert done.code == 1
    assert done.json()["failed"] == 1
    assert "Lost (lost): There is nothing to read at" in done.err
    assert program.run("--refresh", "--force", "--quiet", "--source", "lost").out == ""
    assert program.run("sources", "--json").json()[-1].keys()


def test_3_everything_offline(fresh: Program, closed: str) -> None:
    write_sources(fresh.home, {"id": "far", "url": closed, "kind": "article"})
    done = fresh.run("--refresh", "--json")
    assert done.code == 3
    assert "seems to be offline" in done.err
    assert next(source for source in done.json()["sources"] if source["id"] == "far")["status"] == "failed"
    assert fresh.run("digest", "2026-05-12").code == 0


@pytest.mark.parametrize(
    "command", [("--refresh",), ("digest",), ("cheat",), ("sources",), ("doctor",)], ids=" ".join
)
def test_3_a_library_that_is_none(program: Program, command: tuple[str, ...]) -> None:
    for suffix in ("-wal", "-shm"):
        (program.home / f"library.db{suffix}").unlink(missing_ok=True)
    (program.home / "library.db").write_bytes(b"This is a shopping list, and no library at all. " * 100)
    done = program.run(*command)
    assert done.code == 3
    assert "library.db" in done.err + done.out
    assert "Traceback" not in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "command", [("--version",), ("digest",), ("--refresh", "--events", "--force")], ids=" ".join
)
def test_3_nowhere_to_write_to(program: Program, command: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            program.command(*command),
            env=program.environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 3
    assert done.stderr == "techdash: Standard output can't be written: No space left on device.\n"


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no /proc, where nothing can be made")
@pytest.mark.parametrize("command", [("--refresh",), ("cheat",), ("sources",)], ids=" ".join)
def test_3_a_home_that_can_t_be_made(program: Program, command: tuple[str, ...]) -> None:
    done = program.run(*command, "--home", "/proc/nowhere")
    assert (done.code, done.out) == (3, "")
    assert done.err == "techdash: /proc/nowhere can't be used: No such file or directory.\n"


def test_3_a_mistake_of_ours_is_one_sentence_and_a_log(program: Program) -> None:
    (program.home / "sitecustomize.py").write_text(
        "import techdash.finding\ndef index(*_):\n    raise ZeroDivisionError('by \\x1b[2J')\n"
        "techdash.finding.find_once = index\n"
    )
    path = os.pathsep.join([str(program.home), os.environ.get("PYTHONPATH", "")])
    done = program.run("cheat", "x", PYTHONPATH=path)
    assert done.code == 3
    log = program.home / "techdash.log"
    assert done.err.count("\n") == 1
    assert str(log) in done.err
    assert "ZeroDivisionError: by [2J" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o777 == 0o600


def test_4_another_refresh_is_running(program: Program) -> None:
    with (program.home / "refresh.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4242\n")
        lock.flush()
        for command in (("--refresh",), ("--refresh", "--wait", "0.1"), ("doctor", "--repair")):
            done = program.run(*command)
            assert done.code == 4
            assert "4242" in done.err
        assert program.run("doctor", "--json").json()["refreshing"] == 4242
        lock.truncate(0)


def first_event(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    found: dict[str, Any] = json.loads(process.stdout.readline())
    return found


def waiting(program: Program, silent: str) -> tuple[str, ...]:
    """Arguments of a refresh that waits for a host that never answers."""
    write_sources(program.home, {"id": "silent", "url": silent, "kind": "article"}, starter=False)
    return ("--refresh", "--events", "--force")


def test_4_two_refreshes_at_once(fresh: Program, silent: str) -> None:
    with fresh.running(*waiting(fresh, silent)) as first:
        assert first_event(first)["due"] == 1
        second = fresh.run("--refresh")
        assert second.code == 4
        assert f"process {first.pid}" in second.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_130_interrupted(fresh: Program, silent: str, number: signal.Signals) -> None:
    with fresh.running(*waiting(fresh, silent)) as process:
        first_event(process)
        process.send_signal(number)
        assert process.wait(5) == 130
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert fresh.run("doctor", "--json").json()["library"]["problem"] is None


def test_a_refresh_ends_with_whoever_reads_it(fresh: Program, silent: str) -> None:
    with fresh.running(*waiting(fresh, silent)) as process:
        first_event(process)
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(5) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_reader_that_has_enough_is_no_error(program: Program) -> None:
    with program.running("digest", "2026-05-05..2026-05-12") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_closed_standard_files_are_no_error(program: Program) -> None:
    command = " ".join(program.command("--refresh", "--force"))
    done = subprocess.run(
        ["sh", "-c", f"exec {command} <&- >&- 2>&-"], env={**program.environment(), "TERM": ""}
    )
    assert done.returncode == 0


def test_twice_changes_nothing_the_second_time(fresh: Program, site: Site) -> None:
    write_sources(fresh.home, {"id": "feed", "url": f"{site.address}/feed.xml", "kind": "article"})
    first = fresh.run("--refresh", "--json").json()
    assert first["new"] > 2
    second = fresh.run("--refresh", "--force", "--json")
    assert second.code == 0
    told = second.json()
    assert (told["new"], told["updated"]) == (0, 0)
    assert {source["status"] for source in told["sources"]} == {"unchanged"}
    assert next(source for source in told["sources"] if source["id"] == "feed")["http"] == 304
    assert site.asked == ["/feed.xml"] * 2


def test_what_is_not_due_is_not_asked(small: Program, site: Site) -> None:
    write_sources(small.home, {"id": "feed", "url": f"{site.address}/feed.xml", "kind": "article"})
    small.run("--refresh", "--source", "feed")
    done = small.run("--refresh", "--source", "feed")
    assert done.code == 0
    assert "Nothing is due before" in done.out
    assert site.asked == ["/feed.xml"]
