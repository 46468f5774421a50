"""What a server of the OpenAI-compatible protocol says, and the feed that a model may write about."""

from __future__ import annotations

import json
from typing import Any

from tests.network.server import Request, Server, answer

PATH = "/v1/chat/completions"
JSON = (("Content-Type", "application/json"),)


def completion(content: str | None, *, tokens: Any = 900, finish: str = "stop", usage: bool = True) -> bytes:
    """An answer whole: the text of the one choice, and what it is said to have cost."""
    said: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_778_580_000,
        "model": "small-model",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": finish}
        ],
    }
    if usage:
        said["usage"] = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": tokens}
    return answer(headers=JSON, body=json.dumps(said, ensure_ascii=False).encode())


def lead(text: str, **fields: Any) -> bytes:
    return completion(json.dumps({"lead": text}, ensure_ascii=False), **fields)


def asked(server: Server, path: str = PATH) -> list[dict[str, Any]]:
    """The bodies of the requests, as JSON."""
    return [json.loads(request.body) for request in server.asked(path)]


def order_and_data(request: dict[str, Any]) -> tuple[str, Any]:
    system, user = request["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    return system["content"], json.loads(user["content"])


def feed(*entries: tuple[str, str]) -> bytes:
    """RSS of 12 May 2026: titles and texts."""
    items = "".join(
        f"<item><title><![CDATA[{title}]]></title><link>https://lab.example/{n}</link><guid>{n}</guid>"
        f"<pubDate>Tue, 12 May 2026 0{n % 9}:00:00 GMT</pubDate>"
        f"<description><![CDATA[{text}]]></description></item>"
        for n, (title, text) in enumerate(entries)
    )
    return f"<rss version='2.0'><channel><title>lab</title>{items}</channel></rss>".encode()


def bearer(request: Request) -> bytes:
    return request.headers.get(b"authorization", b"")
