"""Opens the window: the library is read while Textual is still being imported."""

from __future__ import annotations

import gc

from techdash.config import Config
from techdash.paths import Paths
from techdash.tui.gateway import Gateway
from techdash.tui.views import read_first


def run(paths: Paths, config: Config, home: str | None = None) -> int:
    """Open the window and stay until it is closed; its exit code."""
    # importing makes a hundred thousand objects that all stay: collecting among them is wasted
    gc.disable()
    gateway = Gateway(paths)
    first = gateway.submit(read_first)
    from techdash.tui.app import TechdashApp

    app = TechdashApp(gateway, config, first, home)
    gc.freeze()
    gc.enable()
    app.run()
    return app.return_code or 0
