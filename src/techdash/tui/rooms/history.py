"""Where the reader was before it followed a link, newest last: what the back keys go to."""

from __future__ import annotations

from msgspec import Struct

from techdash.models.entries import Place

KEPT = 100


class Visit(Struct, frozen=True):
    """An entry and the place in it."""

    entry_id: int
    place: Place


class History:
    """A stack of visits; the oldest are forgotten."""

    def __init__(self) -> None:
        self._visits: list[Visit] = []

    def __len__(self) -> int:
        return len(self._visits)

    def push(self, visit: Visit) -> None:
        """Remember a visit; the same place twice is one."""
        if not self._visits or self._visits[-1] != visit:
            self._visits = [*self._visits[1 - KEPT :], visit]

    def pop(self) -> Visit | None:
        """The visit to go back to."""
        return self._visits.pop() if self._visits else None

    def clear(self) -> None:
        """Forget all: another text was opened from a list."""
        self._visits.clear()
