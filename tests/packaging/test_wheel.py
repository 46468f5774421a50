"""The wheel holds what git holds, no more and no less, and every way of installing finds its assets."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = {"src/techdash/": "techdash/", "styles/": "techdash/styles/", "data/": "techdash/data/"}
pytestmark = pytest.mark.system("git")


def run(*command: str | Path, **env: str) -> str:
    """Run a command outside the checkout's own surroundings; its output, or a failure that shows it."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "TECHDASH"))}
    done = subprocess.run(
        [str(part) for part in command],
        env={**clean, **env},
        cwd=env.get("TECHDASH_HOME"),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.fail(f"exit {done.returncode}: {command}\n{done.stdout}{done.stderr}")
    return done.stdout


def listed() -> list[str]:
    """The files git has, relative to the root, leaving out those deleted but not yet committed."""
    done = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git has, littered with the ignored files that every used checkout collects."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in listed():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    for litter in ("src/techdash/__pycache__/old.pyc", "styles/build/old.tcss", "data/dist/old.md"):
        (copy / litter).parent.mkdir(parents=True, exist_ok=True)
        (copy / litter).write_text("left behind")
    return copy


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, checkout)
    (built,) = out.glob("techdash-*.whl")
    return built


def fresh(folder: Path) -> Path:
    """A new environment that sees this one's packages, but neither its .pth files nor its techdash."""
    venv.create(folder, with_pip=False, symlinks=True)
    site = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return folder / "bin" / "python"


def install(python: Path, *what: str | Path) -> None:
    run(
        *(sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index"),
        *("--no-build-isolation", "--ignore-installed", *what),
    )


def check_works(python: Path, command: list[str | Path], beside: Path, home: Path, **env: str) -> None:
    """``command`` runs, and its styles and data are the ones under ``beside``."""
    home.mkdir()
    version = run(*command, "--version", TECHDASH_HOME=str(home), **env)
    assert version.split()[-1] in (ROOT / "src/techdash/__init__.py").read_text("utf-8")
    assert run(*command, "cheat", TECHDASH_HOME=str(home), **env).strip()
    where = "from techdash import assets; print(assets.folder('styles')); print(assets.folder('data'))"
    found = run(python, "-c", where, **env).splitlines()
    assert [Path(line).parent for line in found] == [beside, beside]


def test_the_wheel_holds_what_git_holds(wheel: Path) -> None:
    expected = {
        target + name.removeprefix(source)
        for name in listed()
        for source, target in PLACES.items()
        if name.startswith(source)
    }
    assert {name.split("/")[1] for name in expected} >= {"styles", "data", "tui", "cli", "py.typed"}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == expected


def test_an_installed_wheel_works(wheel: Path, tmp_path: Path) -> None:
    python = fresh(tmp_path / "env")
    install(python, wheel)
    site = tmp_path / "env/lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    check_works(python, [tmp_path / "env/bin/techdash"], site / "techdash", tmp_path / "home")


def test_an_editable_install_works(checkout: Path, tmp_path: Path) -> None:
    python = fresh(tmp_path / "env")
    install(python, "-e", checkout)
    check_works(python, [tmp_path / "env/bin/techdash"], checkout, tmp_path / "home")


def test_a_plain_checkout_works(checkout: Path, tmp_path: Path) -> None:
    python = fresh(tmp_path / "env")
    start = [python, "-c", "import sys; from techdash.cli import main; sys.exit(main())"]
    check_works(python, start, checkout, tmp_path / "home", PYTHONPATH=str(checkout / "src"))
