"""Walking over the nodes of a parsed HTML tree without recursion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

Attributes = dict[str, str | None]


def siblings(node: LexborNode | None) -> Iterator[LexborNode]:
    """The node and all that follow it in its parent."""
    while node is not None:
        yield node
        node = node.next


def children(node: LexborNode) -> Iterator[LexborNode]:
    """What is directly inside a node."""
    return siblings(node.child)


def descend(node: LexborNode, through: frozenset[str]) -> Iterator[LexborNode]:
    """The children of a node, those of the elements named in ``through`` in their place."""
    for child in children(node):
        if child.tag in through:
            yield from children(child)
        else:
            yield child


def classes_of(attributes: Attributes) -> list[str]:
    return (attributes.get("class") or "").split()
