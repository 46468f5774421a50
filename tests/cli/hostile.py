"""Texts that would drive a terminal, reorder a line or end a program that trusts them."""

from __future__ import annotations

from html import escape
from pathlib import Path

PAYLOADS = {
    "osc52": "\x1b]52;c;ZXZpbA==\x07",
    "osc52-c1": "\x9d52;c;ZXZpbA==\x9c",
    "csi": "\x1b[2J\x1b[31m",
    "csi-c1": "\x9b2J",
    "title": "\x1b]0;owned\x07",
    "bidi": "\u202egnp.\u202c\u2066x\u2069\u200f",
    "controls": "\x08\x0b\x7f\x85",
    "separators": "\u2028\u2029\ufeff",
}
MARKUP = "[/nope] [@click=app.quit]go[/] [link=file:///etc/passwd]here[/link]"
ALL = "".join(PAYLOADS.values())
DAY = "2026-05-11"

NOTE = f"""---
title: "Evil{ALL} {MARKUP}"
date: {DAY}
author: Mallory{ALL}
tags: [a{ALL}]
---

# Evil{ALL} {MARKUP}

A wicked paragraph{ALL} with &#27;[2J &#x9b;2J entities,\x00
[a link{ALL}](https://example.org/{ALL}) and `code{ALL}`.

```py{ALL}
print('{ALL}\x00')
```

| a{ALL} | b |
|--------|---|
| c{ALL} | $x{ALL}$ |
"""
DIGEST = f"""---
title: AI Tech Daily - {DAY}
date: {DAY}
---

Today's report draws on 2 articles{ALL}, a wicked lead {MARKUP}.

## Featured Articles{ALL}

- [Evil item{ALL} {MARKUP}](https://example.org/evil) — Mallory{ALL}: a wicked summary{ALL}
- [Second item](https://example.org/second) — Bob: plain
"""
SHEET = f"""---
title: Wicked sheet
---

## Section{ALL}

| Item | Syntax | Meaning | Since | Source |
|------|--------|---------|-------|--------|
| Evil{ALL} | `/evil{ALL}` | wicked meaning{ALL} {MARKUP} | v1{ALL} | https://example.org/{ALL} |
"""
# Raw where XML 1.0 allows the character, else as the reference that only tolerant parsers take.
IN_XML = "".join(char if char > "\x7f" else f"&#{ord(char)};" for char in ALL)
FEED = f"""<?xml version="1.0"?>
<rss version="2.0"><channel>
<title>Wire{IN_XML}</title>
<link>https://example.org/</link>
<description>d{IN_XML}</description>
<item>
<title>Evil news{IN_XML} {escape(MARKUP)}</title>
<link>https://example.org/news</link>
<guid>evil-1{IN_XML}</guid>
<author>Mallory{IN_XML}</author>
<category>c{IN_XML}</category>
<pubDate>Mon, 11 May 2026 09:00:00 GMT</pubDate>
<description>{escape(f"<p>A wicked body &#27;[2J <b>{MARKUP}</b></p>")}{IN_XML}</description>
</item>
</channel></rss>
"""


def folder(parent: Path, name: str, text: str) -> str:
    """A folder with one Markdown file; its path as a source's address."""
    (parent / name).mkdir()
    (parent / name / f"{name}.md").write_text(text, "utf-8")
    return str(parent / name)


def file(parent: Path, name: str, text: str) -> str:
    """A file; its path as a source's address."""
    (parent / name).write_text(text, "utf-8")
    return str(parent / name)
