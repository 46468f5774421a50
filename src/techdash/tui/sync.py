"""When to refresh and what to say of it: drives the child process for the window."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from textual.timer import Timer

from techdash.tui.child import Child

if TYPE_CHECKING:
    from techdash.tui.app import TechdashApp

SOONEST = 30.0
LATEST = 3600.0
AFTER_TROUBLE = 300.0
BUSY = 4


class Sync:
    """Starts a refresh at start, by key, and as sources fall due; tells the window in a few words."""

    def __init__(self, app: TechdashApp, home: str | None) -> None:
        self._app = app
        self.child = Child(home)
        self.running = False
        self._timer: Timer | None = None
        self._stopping = False

    def start(self, *arguments: str) -> bool:
        """Start a refresh now; False where one is running already."""
        # and not the child alone: it takes a moment to be there
        if self.running or self._stopping:
            return False
        self.running = True
        if self._timer is not None:
            self._timer.stop()
        self._app.run_sync(self._run(*arguments))
        return True

    def stop(self) -> None:
        """The window closes: end the child and start none."""
        self._stopping = True
        self.child.stop()

    async def _run(self, *arguments: str) -> None:
        words, show = self._app.words, self._app.show_sync
        show(words("page_fetching" if "--entry" in arguments else "sync_starting"))
        done, due, end = 0, 0, None
        failed: list[str] = []
        pages: dict[str, Any] | None = None
        code = 0
        try:
            async for event in self.child.run(*arguments):
                kind = event.get("event")
                if kind == "start":
                    due = int(event.get("due") or 0)
                elif kind == "source":
                    done += 1
                    if event.get("status") == "failed":
                        failed.append(str(event.get("title") or event.get("id") or ""))
                    if event.get("new") or event.get("updated"):
                        self._app.look_again()
                elif kind == "pages":
                    pages = event
                    if event.get("updated"):
                        self._app.look_again()
                elif kind == "end":
                    end = event
                elif kind == "exit":
                    code = int(event.get("code") or 0)
                still = self._app.config.reduced_motion
                if due and end is None and "--entry" not in arguments and not still:
                    show(words("syncing", done=min(done, due), total=due))
        except OSError:
            code = -1
        finally:
            self.running = False
        if "--entry" in arguments and end is not None:
            self._finish_page(pages or {})
        else:
            self._finish(end, failed, code)
        if not self._stopping:
            self._app.look_again()
            await self._wait_for_due(end is None)

    def _finish(self, end: dict[str, Any] | None, failed: list[str], code: int) -> None:
        words, show = self._app.words, self._app.show_sync
        if code == BUSY:
            show(words("sync_busy"))
        elif end is None:
            show(words("sync_broken"), trouble=True)
        elif end.get("offline"):
            show(words("sync_offline"), trouble=True)
        elif len(failed) == 1:
            from techdash.text.clean import one_line

            show(words("sync_failed_one", title=one_line(failed[0])), trouble=True)
        elif failed:
            show(words("sync_failed", n=len(failed)), trouble=True)
        else:
            new = int(end.get("new") or 0)
            show(words("sync_new", n=new) if new else words("sync_none"))
        if end is not None and (new := int(end.get("new") or 0)):
            from techdash.tui import announcing

            announcing.arrived(self._app, new)

    def _finish_page(self, pages: dict[str, Any]) -> None:
        """What came of the page that the reader wanted."""
        words, note, error = self._app.words, pages.get("note"), pages.get("error")
        self._app.show_sync("")
        if pages.get("updated"):
            self._app.say(words(f"page_note.{note}") if note else words("page_came"))
        elif error:
            from techdash.text.clean import one_line

            self._app.say(words("page_failed", why=one_line(str(error))))
        else:
            self._app.say(words("page_same"))

    async def _wait_for_due(self, trouble: bool) -> None:
        wait = AFTER_TROUBLE
        if not trouble:
            due = await self._app.next_due()
            wait = min(LATEST, max(SOONEST, (due or 0) - time.time()))
        if self._app.config.refresh:
            self._timer = self._app.set_timer(wait, self.start)
