"""H-13: which permanent moves are followed for good, and when."""

from __future__ import annotations

import pytest

from techdash.feeds import moves
from techdash.models.fetched import Fetched, NotModified
from techdash.models.sources import Source, SourceState, Validators

NOW = 1_778_580_000
DAY = 86_400
OLD, NEW = "https://old.example/feed", "https://new.example/feed"
SEEN = SourceState("ok", moved_to=NEW, moved_since=NOW - DAY)


def looked(
    state: SourceState = SEEN,
    *,
    url: str = OLD,
    to: str = NEW,
    final: str = "",
    is_known: bool = True,
    holder: str = "",
) -> tuple[SourceState, str]:
    answered = Fetched(url, final or to or url, b"", moved_to=to)
    source = Source("s", url, "article", "S")
    return moves.look(source, state, answered, NOW, is_known=is_known, holder=holder)


def test_h13_after_two_looks_a_day_apart() -> None:
    state, moved = looked(SourceState("ok"))
    assert (moved, state.moved_to, state.moved_since) == ("", NEW, NOW)
    assert NEW in state.moved_note
    state, moved = looked()
    assert (moved, state.moved_to, state.previous_url) == (NEW, "", OLD)
    assert OLD in state.moved_note


def test_h13_a_304_is_a_look_too() -> None:
    answered = NotModified(OLD, Validators(), moved_to=NEW)
    assert moves.look(Source("s", OLD, "article", "S"), SEEN, answered, NOW, is_known=True)[1] == NEW


@pytest.mark.parametrize(
    ("state", "how"),
    [
        pytest.param(
            SourceState("ok", moved_to=NEW, moved_since=NOW - DAY + 1), {}, id="H12 not a day later"
        ),
        pytest.param(SourceState("ok", moved_to=NEW, moved_since=NOW + 99), {}, id="S15 by a wrong clock"),
        pytest.param(
            SourceState("ok", moved_to=OLD + "2", moved_since=NOW - DAY), {}, id="H12 elsewhere first"
        ),
        pytest.param(SEEN, {"is_known": False}, id="H16 to another document"),
        pytest.param(SEEN, {"holder": "Held"}, id="H17 to one that is subscribed to"),
        pytest.param(SEEN, {"to": ""}, id="H14 no more"),
        pytest.param(
            SourceState("ok", moved_to="http://new.example/", moved_since=NOW - DAY),
            {"to": "http://new.example/"},
            id="H18 to one without encryption",
        ),
        pytest.param(
            SourceState("ok", moved_to="https://192.168.0.9/", moved_since=NOW - DAY),
            {"to": "https://192.168.0.9/"},
            id="H13 into a private network",
        ),
        pytest.param(
            SourceState("ok", moved_to=NEW, moved_since=NOW - DAY, move_refused=NEW), {}, id="H13 refused"
        ),
    ],
)
def test_h13_a_move_is_not_followed(state: SourceState, how: dict[str, object]) -> None:
    after, moved = looked(state, **how)  # type: ignore[arg-type]
    assert (moved, after.previous_url) == ("", "")


def test_h18_a_way_without_encryption_is_said() -> None:
    state, _ = looked(SourceState("ok"), to="", final="http://old.example/feed")
    assert "without encryption" in state.moved_note
    assert looked(state, to="")[0].moved_note == ""


def test_h13_the_first_address_of_all_is_the_one_that_is_kept() -> None:
    state, _ = looked()
    third = "https://third.example/feed"
    later = SourceState("ok", moved_to=third, moved_since=NOW - DAY, previous_url=state.previous_url)
    assert looked(later, url=NEW, to=third)[0].previous_url == OLD
    back = SourceState("ok", moved_to=OLD, moved_since=NOW - DAY, previous_url=OLD)
    state, moved = looked(back, url=NEW, to=OLD)
    assert (moved, state.previous_url, state.moved_note) == (OLD, "", "")
