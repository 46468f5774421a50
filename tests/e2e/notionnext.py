"""A blog as NotionNext builds it: feed, list pages and articles, with the defects a client meets there."""

from __future__ import annotations

import html
import json
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

TITLE = "Recsys Frontier"


@dataclass(frozen=True)
class Post:
    """``slug`` is the address below the site, or below ``/en`` where the language is English."""

    slug: str
    title: str
    summary: str
    day: date
    body: str
    language: str = "zh"
    tags: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Notion's page id; an article is served under it as well as under its slug."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.slug))

    @property
    def path(self) -> str:
        return f"en/{self.slug}" if self.language == "en" else self.slug


# -- bodies, in the markup of react-notion-x


def text(content: str) -> str:
    return f'<div class="notion-text">{content}</div>'


def heading(content: str) -> str:
    name = "".join(c for c in content if c.isalnum())
    return (
        f'<h2 class="notion-h notion-h1" data-id="{name}"><span>'
        f'<div id="{name}" class="notion-header-anchor"></div><a class="notion-hash-link" href="#{name}">'
        '<svg viewBox="0 0 16 16"><path d="M7 1"></path></svg></a>'
        f'<span class="notion-h-title">{content}</span></span></h2>'
    )


def bullets(*points: str) -> str:
    return "".join(f'<ul class="notion-list notion-list-disc"><li>{point}</li></ul>' for point in points)


def link(url: str, label: str) -> str:
    return f'<a class="notion-link" href="{url}" target="_blank">{label}</a>'


EQUATION = '<span role="button" class="notion-equation notion-equation-block"><span></span></span>'


def daily(day: date, topic: str) -> Post:
    """An ``AI Tech Daily``: a lead that names its counts, then sections of linked items."""
    out = f"https://news.example/{day}"
    lead = (
        f"Today's report covers a wide range of sources: 3 articles (1 featured), 2 KOL tweets, "
        f"1 GitHub trending projects, and 1 podcast episode. The most notable trend is {topic}."
    )
    body = [
        text(lead),
        heading("Featured"),
        bullets(f"<b>{link(out + '/front', f'The case for {topic}')}</b> · Stratechery: who pays, and when."),
        heading("Articles"),
        bullets(
            f"{link(out + '/second', f'Notes on {topic}')} · a lab's measurements over a month.",
            f"{link(out + '/third', '权重衰减的第二种读法')} · 一篇关于有效学习率的短文。",
        ),
        heading("KOL Tweets"),
        bullets(
            f"<b>@someone</b>: {link(out + '/post/1', 'We measured the token bill')} of one agent.",
            f"<b>@another</b>: {link(out + '/post/2', 'A small model is enough')} more often than we think.",
        ),
        heading("GitHub Trending"),
        bullets(f"{link(out + '/owner/repo', 'owner/repo')} — one line on what it does."),
        heading("Podcast"),
        bullets(f"{link(out + '/episode', f'Episode: living with {topic}')} (54 min)"),
    ]
    return Post(
        f"ai-daily-en-{day}",
        f"AI Tech Daily - {day}",
        lead,
        day,
        "".join(body),
        language="en",
        tags=("AI Daily",),
    )


def essay(slug: str, title: str, day: date) -> Post:
    body = [
        text("一切始于归一化层带来的<b>尺度不变性</b>：把参数乘以任意正数，输出不变。"),
        EQUATION,
        heading("范数是进度"),
        text("因此范数不再是强度，而是进度：它越大，每一步转过的角度越小。" * 12),
        bullets("学习率与权重衰减是两个旋钮。", "预热处理训练早期的小范数。"),
    ]
    return Post(slug, title, f"{title}：摘要。", day, "".join(body), tags=("优化",))


class Blog:
    """The whole site in a folder, as a build leaves it; ``posts`` newest first."""

    def __init__(self, folder: Path, address: str, today: date) -> None:
        self.folder, self.address = folder, address
        yesterday, before, week, old = (today - timedelta(days=n) for n in (1, 2, 9, 40))
        self.dailies = [daily(yesterday, "inference moving to the centre"), daily(before, "agents at work")]
        self.doubled = essay("layernorm-adamw", "归一化与步长：一个旋钮的故事", week)
        self.by_uuid = essay("recsys-growth", "推荐能为增长做什么", week)
        self.only_listed = essay("on-policy", "同策略为何遗忘得少", old)
        year, number, _ = before.isocalendar()
        weekly = f"{year}-W{number:02d}"
        self.posts = [
            *self.dailies,
            Post(
                f"recsys-weekly-{weekly.lower()}",
                f"RecSys Weekly {weekly}",
                "Twelve papers of the week, sorted by what they change.",
                before,
                text("Twelve papers of the week.")
                + bullets(link("https://papers.example/1", "Cold start without tears")),
                language="en",
                tags=("RecSys Weekly",),
            ),
            self.doubled,
            self.by_uuid,
            Post(
                "claude-code",
                "Claude Code 使用技巧与 Agentic Engineering",
                "从 Vibe Coding 到 Agentic Engineering 的演进。",
                week,
                heading("命令") + bullets("<code class='notion-inline-code'>/clear</code> 清空上下文"),
                tags=("Claude Code",),
            ),
            self.only_listed,
        ]

    def build(self) -> None:
        """Write everything: the feed holds the six newest, the list pages all."""
        self._write("rss/feed.xml", self._feed())
        chinese = [post for post in self.posts if post.language == "zh"]
        for name, posts in (("index.html", chinese), ("en.html", self.posts)):
            self._write(name, self._page({"posts": [_listed(p) for p in posts], "postCount": len(posts)}))
        self._write("404.html", self._page({}))
        for post in self.posts:
            page = self._page({"post": _listed(post)}, post.body)
            for path in {post.path, post.id}:
                self._write(f"{path}.html", page)

    def _write(self, name: str, content: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")

    def _feed(self) -> str:
        items = []
        for post in self.posts[:6]:
            path = post.path
            if post is self.doubled:
                path = f"/{post.path}"
            if post is self.by_uuid:
                path = post.id
            properties = (
                '<table class="notion-collection-page-properties"><tr><td>type</td><td>Post</td></tr>'
                "<tr><td>status</td><td>Published</td></tr><tr><td>password</td><td></td></tr>"
                "<tr><td>priority</td></tr></table>"
            )
            items.append(
                f"<item><title><![CDATA[{post.title}]]></title><link>{self.address}/{path}</link>"
                f"<guid>{self.address}/{path}</guid><pubDate>{post.day:%a, %d %b %Y} 00:00:00 GMT</pubDate>"
                f"<description><![CDATA[{post.summary}]]></description>"
                f"<content:encoded><![CDATA[<div>{properties}{post.body}</div>]]></content:encoded></item>"
            )
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
            'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
            f"<title>{TITLE}</title><link>{self.address}</link><description>{TITLE}</description>"
            f"<language>zh-CN</language>{''.join(items)}</channel></rss>\n"
        )

    def _page(self, properties: dict[str, Any], body: str = "") -> str:
        data = {
            "props": {"pageProps": {**properties, "siteInfo": {"title": TITLE}}, "__N_SSG": True},
            "page": "/",
        }
        return (
            f"<!DOCTYPE html><html lang='zh-CN'><head><title>{html.escape(TITLE)}</title>"
            f"<link rel='alternate' type='application/rss+xml' href='{self.address}/rss/feed.xml'></head>"
            f"<body><div id='__next'><main class='notion'>{body}</main></div><script id='__NEXT_DATA__' "
            f"type='application/json'>{json.dumps(data, ensure_ascii=False)}</script></body></html>"
        )


def _listed(post: Post) -> dict[str, Any]:
    """A post as the list pages carry it: its summary cut at 300 characters, its day without padding."""
    return {
        "id": post.id,
        "type": "Post",
        "status": "Published",
        "title": post.title,
        "summary": post.summary[:300],
        "slug": post.slug,
        "href": f"/{post.path}",
        "tags": list(post.tags),
        "password": "",
        "publishDay": f"{post.day.year}-{post.day.month}-{post.day.day}",
        "publishDate": int((post.day - date(1970, 1, 1)).total_seconds()) * 1000,
    }
