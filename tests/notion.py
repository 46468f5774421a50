"""Record maps as Notion's own client gets them, written block by block, in each envelope there is."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

ENVELOPES = ("plain", "role", "nested")
Rich = list[Any]


def rich(*pieces: str | Rich) -> Rich:
    """A rich text: strings as they are, pieces with marks as Notion writes them."""
    return [[piece] if isinstance(piece, str) else piece for piece in pieces]


def tex(formula: str) -> Rich:
    return ["⁍", [["e", formula]]]


def linked(text: str, url: str, *marks: str) -> Rich:
    return [text, [["a", url], *([mark] for mark in marks)]]


@dataclass
class Block:
    """A block with those inside it; ``title`` is its rich text, a string or its pieces."""

    type: str
    title: str | Rich = ""
    inside: list[Block] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    format: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


def block(
    type_: str,
    title: str | Rich = "",
    *inside: Block,
    properties: dict[str, Any] | None = None,
    **format_: Any,
) -> Block:
    return Block(type_, title, list(inside), properties or {}, format_)


def table(*rows: Iterable[str | Rich], head: bool = True, head_column: bool = False) -> Block:
    """A simple table; its columns are named in another order than they are shown in."""
    lines = [list(row) for row in rows]
    names = [f"c{number}" for number in range(len(lines[0]))]
    made = [
        Block(
            "table_row",
            properties={name: _as_rich(row[at]) for at, name in reversed(list(enumerate(names)))},
        )
        for row in lines
    ]
    return block(
        "table",
        "",
        *made,
        table_block_column_order=names,
        table_block_column_header=head,
        table_block_row_header=head_column,
    )


def record_map(
    page_id: str, blocks: Iterable[Block], envelope: str = "plain", title: str = "The page", **tables: Any
) -> dict[str, Any]:
    """The record map of a page, with the properties that a page of a database has."""
    made: dict[str, Any] = {}
    top = list(blocks)
    page = Block("page", title, top, {"Kt]w": [["Post"]], "pass": [["secret"]]}, id=page_id)
    waiting = [page]
    while waiting:
        one = waiting.pop()
        value: dict[str, Any] = {"id": one.id, "type": one.type, "version": 7, "alive": True}
        properties = {**({"title": _as_rich(one.title)} if one.title else {}), **one.properties}
        value |= {"properties": properties} if properties else {}
        value |= {"format": one.format} if one.format else {}
        value |= {"content": [each.id for each in one.inside]} if one.inside else {}
        made[one.id] = enveloped(value | one.more, envelope)
        waiting += one.inside
    schema = {"Kt]w": {"name": "type", "type": "select"}, "pass": {"name": "password", "type": "text"}}
    collection = {"c0": enveloped({"id": "c0", "name": [["Posts"]], "schema": schema}, envelope)}
    return {"block": made, "collection": {**collection, **tables.pop("collection", {})}, **tables}


def enveloped(value: dict[str, Any], envelope: str) -> dict[str, Any]:
    if envelope == "nested":
        return {"spaceId": "5b1f0e7e", "value": {"value": value, "role": "reader"}}
    return {"role": "reader", "value": value} if envelope == "role" else {"value": value}


def _as_rich(title: str | Rich) -> Rich:
    return [[title]] if isinstance(title, str) else title
