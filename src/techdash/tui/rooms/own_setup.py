"""The reader's own Claude Code set-up as cards, looked at off the loop and again when a file changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from techdash.models.parsed import OwnCard

if TYPE_CHECKING:
    from techdash.setup.look import Looked
    from techdash.setup.places import Places
    from techdash.tui.gateway import Gateway

LOOK_EVERY = 3.0
"""Seconds between two looks while the room is in view."""


class OwnSetup:
    """What was found at the last look; nothing of it is kept anywhere else."""

    def __init__(self, gateway: Gateway) -> None:
        self.cards: list[OwnCard] = []
        self._gateway = gateway
        self._places: Places | None = None
        self._looked: Looked | None = None
        self._looking = False

    async def has_changed(self) -> bool:
        """Look again, unless a look is under way; whether the cards are others now."""
        if self._looking:
            return False
        self._looking = True
        try:
            found = await self._gateway.aside(partial(_look, self._places, self._looked))
        finally:
            self._looking = False
        self._places, looked, cards = found
        if looked is self._looked:
            return False
        self._looked, before, self.cards = looked, self.cards, cards
        return cards != before


def _look(places: Places | None, before: Looked | None) -> tuple[Places, Looked, list[OwnCard]]:
    from techdash.setup import look, said
    from techdash.setup.places import find

    places = places or find()
    looked = look.look_again(places, before)
    return places, looked, [] if looked is before else said.cards(looked.parts)
