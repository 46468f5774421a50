"""Work beside the loop: a failed job becomes one line for the user and a traceback for the log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from textual import work
from textual.dom import DOMNode
from textual.worker import Worker

Node = TypeVar("Node", bound=DOMNode)
P = ParamSpec("P")


def job(
    what: str, *, group: str, exclusive: bool = True
) -> Callable[
    [Callable[Concatenate[Node, P], Awaitable[None]]], Callable[Concatenate[Node, P], Worker[None]]
]:
    """Make a method a named job; an exclusive one drops the earlier job of its group, unanswered."""

    def decorate(
        method: Callable[Concatenate[Node, P], Awaitable[None]],
    ) -> Callable[Concatenate[Node, P], Worker[None]]:
        @wraps(method)
        async def guarded(self: Node, *args: P.args, **kwargs: P.kwargs) -> None:
            try:
                await method(self, *args, **kwargs)
            except Exception as error:  # noqa: BLE001 - whatever it is, the window goes on and says so
                window: Any = self.app
                window.report(what, error)

        made: Callable[Concatenate[Node, P], Worker[None]] = work(
            exclusive=exclusive, group=group, description=what, exit_on_error=False
        )(_as_coroutine(guarded))
        return made

    return decorate


def _as_coroutine(method: Callable[..., Awaitable[None]]) -> Callable[..., Coroutine[Any, Any, None]]:
    return method  # type: ignore[return-value]
