"""A blog as NotionNext builds it: feed, list pages, sitemap and articles, with the defects a client meets.

Its articles carry a record map each, in one of the three envelopes; of some there is no HTML, of one no
record map, and one is behind a password.
"""

from __future__ import annotations

import asyncio
import hashlib
import html
import json
import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.network.server import Request, Script, Server, answer
from tests.notion import ENVELOPES, Block, block, linked, record_map, rich, table, tex

TITLE = "Recsys Frontier"
# Posts of a list page.
PER_PAGE = 12


@dataclass(frozen=True)
class Post:
    """``slug`` is the address below the site, or below ``/en`` where the language is English.

    ``blocks`` are its record map, ``body`` what react-notion-x makes of them; ``prerendered`` says whether
    its page holds that.
    """

    slug: str
    title: str
    summary: str
    day: date
    body: str
    language: str = "zh"
    tags: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    envelope: str = "plain"
    prerendered: bool = True
    password: str = ""

    @property
    def id(self) -> str:
        """Notion's page id; an article is served under it as well as under its slug."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, self.path))

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


EQUATION_TEX = r"\theta_{t+1} = \theta_t - \eta \frac{g_t}{\lVert \theta_t \rVert}"
EQUATION = '<span role="button" class="notion-equation notion-equation-block"><span></span></span>'

# KaTeX has drawn it already, and left its source.
DRAWN = (
    '<span role="button" class="notion-equation notion-equation-block"><span class="katex-display">'
    '<span class="katex"><span class="katex-mathml"><math><semantics><mrow></mrow>'
    f'<annotation encoding="application/x-tex">{EQUATION_TEX}</annotation></semantics></math></span>'
    '<span class="katex-html" aria-hidden="true">θ</span></span></span></span>'
)
PROPERTIES = (
    '<table class="notion-collection-page-properties"><tr><td>type</td><td>Post</td></tr>'
    "<tr><td>status</td><td>Published</td></tr><tr><td>password</td><td></td></tr>"
    "<tr><td>priority</td></tr></table>"
)


def daily(day: date, topic: str) -> Post:
    """An ``AI Tech Daily``: a lead that names its counts, then sections of linked items."""
    out = f"https://news.example/{day}"
    lead = (
        f"Today's report covers a wide range of sources: 3 articles (1 featured), 2 KOL tweets, "
        f"1 GitHub trending projects, and 1 podcast episode. The most notable trend is {topic}."
    )
    blocks = (
        block("text", lead),
        block("table_of_contents"),
        block("header", "Featured"),
        block(
            "bulleted_list",
            rich(linked(f"The case for {topic}", f"{out}/front", "b"), " · Stratechery: who pays, and when."),
        ),
        block("header", "Articles"),
        block(
            "bulleted_list",
            rich(linked(f"Notes on {topic}", f"{out}/second"), " · a lab's measurements over a month."),
        ),
        block(
            "bulleted_list",
            rich(linked("权重衰减的第二种读法", f"{out}/third"), " · 一篇关于有效学习率的短文。"),
        ),
        block("header", "KOL Tweets"),
        block(
            "bulleted_list",
            rich(
                ["@someone", [["b"]]],
                ": ",
                linked("We measured the token bill", f"{out}/post/1"),
                " of one agent.",
            ),
        ),
        block(
            "bulleted_list",
            rich(
                ["@another", [["b"]]],
                ": ",
                linked("A small model is enough", f"{out}/post/2"),
                " more often than we think.",
            ),
        ),
        block("header", "GitHub Trending"),
        block(
            "bulleted_list",
            rich(linked("owner/repo", f"{out}/owner/repo"), " — one line on what it does."),
        ),
        block("header", "Podcast"),
        block("bulleted_list", rich(linked(f"Episode: living with {topic}", f"{out}/episode"), " (54 min)")),
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
        blocks=blocks,
        envelope="nested",
    )


def essay(slug: str, title: str, day: date) -> Post:
    body = [
        text("一切始于归一化层带来的<b>尺度不变性</b>：把参数乘以任意正数，输出不变。"),
        EQUATION,
        heading("范数是进度"),
        text("因此范数不再是强度，而是进度：它越大，每一步转过的角度越小。" * 12),
        bullets("学习率与权重衰减是两个旋钮。", "预热处理训练早期的小范数。"),
    ]
    blocks = (
        block(
            "text",
            rich("一切始于归一化层带来的", ["尺度不变性", [["b"]]], "：把参数乘以任意正数，输出不变。"),
        ),
        block("equation", EQUATION_TEX),
        block("header", "范数是进度"),
        block("text", "因此范数不再是强度，而是进度：它越大，每一步转过的角度越小。" * 12),
        block(
            "text", rich("其中 ", tex("\\eta_{\\text{eff}} = \\eta / \\lVert w \\rVert^2"), " 是有效学习率。")
        ),
        block("code", "angle = step / norm", properties={"language": [["Python"]]}),
        table(["优化器", "步长"], ["SGD", rich(tex("1/w"))], ["AdamW", "恒定"]),
        block("bulleted_list", "学习率与权重衰减是两个旋钮。"),
        block("bulleted_list", "预热处理训练早期的小范数。"),
    )
    return Post(
        slug,
        title,
        f"{title}：摘要。",
        day,
        "".join(body),
        tags=("优化",),
        blocks=blocks,
        envelope=ENVELOPES[len(slug) % 3],
    )


def daily_in_chinese(day: date) -> Post:
    """The Chinese version of a day's ``AI Tech Daily``, under the slug without ``-en``."""
    lead = "今日报道涵盖 1 篇文章（1 篇精选）：推理正在成为中心。"
    item = rich(linked("推理走向中心", f"https://news.example/{day}/front", "b"), " · 谁付钱，何时付。")
    blocks = (block("text", lead), block("header", "精选"), block("bulleted_list", item))
    body = text(lead) + heading("精选") + bullets(link(f"https://news.example/{day}/front", "推理走向中心"))
    return Post(
        f"ai-daily-{day}",
        f"AI 技术日报 - {day}",
        lead,
        day,
        body,
        tags=("AI 日报",),
        blocks=blocks,
        envelope="role",
    )


class Blog:
    """The whole site in a folder, as a build leaves it; ``posts`` newest first.

    ``archive`` is how many old essays it has beside its usual posts; with any, it also has what a site
    gathers over the years: pairs in two languages, a page without a record map, one behind a password.
    """

    def __init__(self, folder: Path, address: str, today: date, archive: int = 0) -> None:
        self.folder, self.address = folder, address
        yesterday, before, week, old = (today - timedelta(days=n) for n in (1, 2, 9, 40))
        self.dailies = [daily(yesterday, "inference moving to the centre"), daily(before, "agents at work")]
        self.doubled = essay("layernorm-adamw", "归一化与步长：一个旋钮的故事", week)
        self.by_uuid = replace(essay("recsys-growth", "推荐能为增长做什么", week), prerendered=False)
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
                blocks=(
                    block("text", "Twelve papers of the week."),
                    block(
                        "bulleted_list", rich(linked("Cold start without tears", "https://papers.example/1"))
                    ),
                ),
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
                blocks=(
                    block("header", "命令"),
                    block("bulleted_list", rich(["/clear", [["c"]]], " 清空上下文")),
                ),
                envelope="role",
            ),
            self.only_listed,
        ]
        if archive:
            self._add_years(today, archive)

    def _add_years(self, today: date, archive: int) -> None:
        third, month, old = (today - timedelta(days=n) for n in (3, 30, 41))
        self.paired_daily = (daily_in_chinese(third), daily(third, "evaluation becoming the work"))
        english = essay(
            "layernorm-adamw", "Normalisation and step size: a story of one knob", self.doubled.day
        )
        self.translated = replace(english, language="en", summary="Why the norm is a clock.")
        self.locked = replace(essay("for-members", "会员笔记", month), password="open sesame")
        self.without_map = replace(
            essay("only-html", "只有网页的一篇", old),
            body=text("这一篇没有记录表。") + heading("一条公式") + DRAWN + bullets("最后一点。"),
            blocks=(),
        )
        self.archive = [
            replace(
                essay(f"archive-{number:03d}", f"旧文 {number:03d}", today - timedelta(days=50 + number)),
                envelope=ENVELOPES[number % 3],
                prerendered=bool(number % 2),
            )
            for number in range(archive)
        ]
        more = [*self.paired_daily, self.translated, self.locked, self.without_map, *self.archive]
        self.posts = sorted([*self.posts, *more], key=lambda post: post.day, reverse=True)

    def build(self) -> None:
        """Write everything to the folder: the feed holds the six newest posts, the list pages all."""
        for path, content in self.files().items():
            name = self.folder / path
            name.parent.mkdir(parents=True, exist_ok=True)
            name.write_text(content, "utf-8")

    def serve_on(self, server: Server) -> None:
        """Have a loopback server answer for the site, with an ``ETag`` on everything, under its own paths."""
        files = self.files()
        kinds = {"html": "text/html; charset=utf-8", "xml": "application/xml"}
        for name, content in files.items():
            kind = kinds[name.rpartition(".")[2]]
            path = "/" + name.removesuffix(".html").removesuffix("index")
            server.do(path, _served(content.encode(), kind))
        server.say("/feed", answer("308 Permanent Redirect", [("Location", "/rss/feed.xml")]))

    def files(self) -> dict[str, str]:
        """Every file of the site by its name: pages end with ``.html``, which no address has."""
        files = {"rss/feed.xml": self._feed(), "sitemap.xml": self._sitemap(), "404.html": self._page({})}
        chinese = [post for post in self.posts if post.language == "zh"]
        for folder, posts in (("", chinese), ("en", self._in_english())):
            for number in range(-(-len(posts) // PER_PAGE)):
                shown = posts[number * PER_PAGE : (number + 1) * PER_PAGE]
                name = f"{folder}/page/{number + 1}".lstrip("/") if number else folder or "index"
                listed = [_listed(post) for post in shown]
                files[f"{name}.html"] = self._page({"posts": listed, "postCount": len(posts)})
        for post in self.posts:
            given = _listed(post) | {"summary": post.summary}
            if post.blocks:
                given["blockMap"] = record_map(post.id, post.blocks, post.envelope)
            whole = post.prerendered and not post.password
            page = self._page({"post": given}, PROPERTIES + post.body if whole else "")
            for path in {post.path, post.id}:
                files[f"{path}.html"] = page
        return files

    def _in_english(self) -> list[Post]:
        """What the English lists show: English posts, and Chinese ones that have no English version."""
        translated = {post.slug for post in self.posts if post.language == "en"}
        return [post for post in self.posts if post.language == "en" or post.slug not in translated]

    def _sitemap(self) -> str:
        """As the build writes it: places of the site first, then the posts of each language."""
        places = [
            f"<url><loc>{self.address}{path}</loc></url>" for path in ("/", "/archive", "/tag", "/search")
        ]
        posts = [
            f"<url><loc>{self.address}/{post.path}</loc><lastmod>{post.day}</lastmod>"
            "<changefreq>daily</changefreq></url>"
            for post in sorted(self.posts, key=lambda post: post.language, reverse=True)
        ]
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"{''.join(places + posts)}</urlset>\n"
        )

    def _feed(self) -> str:
        items = []
        for post in self.posts[:6]:
            path = post.path
            if post is self.doubled:
                path = f"/{post.path}"
            if post is self.by_uuid:
                path = post.id
            items.append(
                f"<item><title><![CDATA[{post.title}]]></title><link>{self.address}/{path}</link>"
                f"<guid>{self.address}/{path}</guid><pubDate>{post.day:%a, %d %b %Y} 00:00:00 GMT</pubDate>"
                f"<description><![CDATA[{post.summary}]]></description>"
                + (
                    ""
                    if post.password
                    else f"<content:encoded><![CDATA[<div>{PROPERTIES}{post.body}</div>]]></content:encoded>"
                )
                + "</item>"
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
        "password": post.password,
        "publishDay": f"{post.day.year}-{post.day.month}-{post.day.day}",
        "publishDate": int((post.day - date(1970, 1, 1)).total_seconds()) * 1000,
    }


def _served(body: bytes, kind: str) -> Script:
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = [("ETag", etag), ("Cache-Control", "s-maxage=60, stale-while-revalidate")]

    async def script(request: Request, writer: asyncio.StreamWriter) -> None:
        if request.headers.get(b"if-none-match") == etag.encode():
            writer.write(answer("304 Not Modified", headers, length=None))
        else:
            writer.write(answer("200 OK", [*headers, ("Content-Type", kind)], body))

    return script
