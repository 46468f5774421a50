"""Where a Claude Code set-up lies: the organisation's, the reader's own, and the project's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from msgspec import Struct

from techdash.text.clean import one_line

MANAGED = Path("/Library/Application Support/ClaudeCode" if sys.platform == "darwin" else "/etc/claude-code")
_LONGEST_PATH = 240
_MOST_PARENTS = 40


class Places(Struct, frozen=True):
    """The folders that are looked in. ``state`` is the file with the reader's own MCP servers.

    ``folders`` are those from where Claude Code is started up to the root of the repository, or the first
    alone outside of one.
    """

    home: Path
    config: Path
    state: Path
    managed: Path
    folders: tuple[Path, ...]
    search: str = ""

    @property
    def start(self) -> Path:
        return self.folders[0]

    @property
    def root(self) -> Path:
        return self.folders[-1]

    @property
    def projects(self) -> list[tuple[int, Path]]:
        """The project's ``.claude`` folders, nearest first; the reader's own isn't one of them."""
        found = [(near, folder / ".claude") for near, folder in enumerate(self.folders)]
        return [(near, folder) for near, folder in found if folder != self.config]

    def shown(self, path: Path) -> str:
        """A path for the screen, the home folder as ``~``."""
        try:
            text = f"~/{path.relative_to(self.home)}" if path != self.home else "~"
        except ValueError:
            text = str(path)
        text = one_line(text)
        return text if len(text) <= _LONGEST_PATH else f"…{text[1 - _LONGEST_PATH :]}"


def find(start: Path | None = None) -> Places:
    """The places as they are seen from ``start``, or from the working directory."""
    home = Path.home()
    chosen = os.environ.get("CLAUDE_CONFIG_DIR", "")
    config = Path(chosen).expanduser().absolute() if chosen else home / ".claude"
    here = (start or Path.cwd()).absolute()
    return Places(
        home=home,
        config=config,
        state=(config if chosen else home) / ".claude.json",
        managed=MANAGED,
        folders=_up_to_root(here),
        search=os.environ.get("PATH", os.defpath),
    )


def _up_to_root(start: Path) -> tuple[Path, ...]:
    folders = [start, *start.parents][:_MOST_PARENTS]
    for number, folder in enumerate(folders):
        if os.path.lexists(folder / ".git"):
            return tuple(folders[: number + 1])
    return (start,)
