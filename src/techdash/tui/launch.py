"""Opens the window: the library and what was being read are read while Textual is still being imported."""

from __future__ import annotations

import gc
from concurrent.futures import Future
from functools import partial

from techdash.config import Config
from techdash.paths import Paths
from techdash.tui.ahead import Preparing
from techdash.tui.announcing import own_title
from techdash.tui.gateway import Gateway
from techdash.tui.views import FirstView, read_first


def run(paths: Paths, config: Config, home: str | None = None) -> int:
    """Open the window and stay until it is closed; its exit code."""
    # importing makes a hundred thousand objects that all stay: collecting among them is wasted
    gc.disable()
    preparing = Preparing(paths)
    gateway = Gateway(paths)
    first = gateway.submit(read_first)
    first.add_done_callback(partial(_read_ahead, gateway, preparing))
    from techdash.tui.app import TechdashApp

    app = TechdashApp(gateway, config, first, home)
    gc.freeze()
    gc.enable()
    with own_title(config):
        app.run()
    return app.return_code or 0


def _read_ahead(gateway: Gateway, preparing: Preparing, first: Future[FirstView | None]) -> None:
    view = first.result() if first.exception() is None else None
    if view is not None and view.reading_on is not None:
        gateway.ahead(view.reading_on, preparing.result)
    else:
        preparing.dismiss()
