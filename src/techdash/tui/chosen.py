"""What was chosen in the window (``F2``, ``<``, ``>``): it goes before the file, until that changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")
NAMES = ("theme", "column")
STATE = "window"


def chosen(state: Mapping[str, Any], name: str, configured: T) -> T:
    """What holds of a setting: what was chosen over what is ``configured`` still, else that."""
    kept = state.get(name)
    stands = state.get(f"{name}_over", configured) == configured
    return kept if stands and type(kept) is type(configured) else configured


def to_keep(
    state: Mapping[str, Any], name: str, value: T, configured: T, forced: bool = False
) -> dict[str, T]:
    """What the state says of a setting from now on; ``state`` is what it said when the window was opened.

    ``forced``: the value is the terminal's doing, and what was chosen elsewhere stays.
    """
    if forced:
        return {key: state[key] for key in (name, f"{name}_over") if key in state}
    if value != configured:
        return {name: value, f"{name}_over": configured}
    if state.get(f"{name}_over", configured) != configured:
        # chosen over what the file or the environment said another time, and may say again
        return {name: state[name], f"{name}_over": state[f"{name}_over"]}
    return {}
