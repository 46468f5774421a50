"""All publishers of a morning on loopback: Hugo, Pelican, the blog, gofeed's feeds and hosts that refuse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.e2e.nginx import Nginx, serving
from tests.e2e.notionnext import Blog
from tests.e2e.sites import Hugo, Pelican, fill

GOFEED = Path("/usr/share/gocode/src/github.com/mmcdole/gofeed/testdata")
GOFEED_PACKAGE = "golang-github-mmcdole-gofeed-dev"

# One feed a host, as feeds are in the wild; and so that nobody's politeness is waited for.
SAMPLES = {
    "127.0.0.21": "translator/rss/feed_item_title_-_rss_channel_item_title.xml",
    "127.0.0.22": "parser/rss/rss_channel_item_title_naked_markup.xml",
    "127.0.0.23": "parser/rss/rdf_item_title.xml",
    "127.0.0.24": "parser/atom/atom03_feed_entry_title.xml",
    "127.0.0.25": "parser/atom/atom10_feed_entry_title_base64.xml",
    "127.0.0.26": "parser/atom/atom10_feed_entry_title_xhtml_inline_markup.xml",
    "127.0.0.27": "parser/universal/json10_feed.json",
    "127.0.0.28": "parser/universal/json11_feed.json",
}
_HUGO, _PELICAN, _BLOG, _BUSY, _GONE = (f"127.0.0.{last}" for last in range(11, 16))
_BLOG_RULES = """
merge_slashes on;
location = /feed { return 308 /rss/feed.xml; }
location / { try_files $uri $uri.html $uri/index.html =404; }
"""
_BUSY_RULES = "location = /busy.xml { add_header Retry-After 3600 always; return 429; }"
_GONE_RULES = "location = /gone.xml { return 410; }"


@dataclass(frozen=True)
class Publishers:
    nginx: Nginx
    hugo: Hugo
    pelican: Pelican
    blog: Blog

    def at(self, host: str, path: str = "") -> str:
        return f"http://{host}:{self.nginx.port}{path}"

    @property
    def hugo_en(self) -> str:
        return self.at(_HUGO, "/index.xml")

    @property
    def hugo_zh(self) -> str:
        return self.at(_HUGO, "/zh/index.xml")

    @property
    def pelican_atom(self) -> str:
        return self.at(_PELICAN, "/feeds/all.atom.xml")

    @property
    def blog_feed(self) -> str:
        return self.at(_BLOG, "/rss/feed.xml")

    @property
    def busy(self) -> str:
        """Answers 429 with an hour's Retry-After."""
        return self.at(_BUSY, "/busy.xml")

    @property
    def gone(self) -> str:
        return self.at(_GONE, "/gone.xml")

    @property
    def missing(self) -> str:
        return self.at(_PELICAN, "/no-such-feed.xml")

    @property
    def samples(self) -> list[str]:
        """Addresses of gofeed's feeds, or none where the package isn't installed."""
        return [self.at(host, f"/{name}") for host, name in SAMPLES.items()] if GOFEED.is_dir() else []

    def sources(self) -> list[dict[str, str]]:
        """Rows of ``sources.toml`` for all that answers well; the blog in the place of the real one."""
        rows = [
            {"id": "recsys-frontier", "url": self.blog_feed, "site_url": self.blog.address},
            {"id": "hugo-en", "name": "Loopback Notes", "url": self.hugo_en, "kind": "essay"},
            {"id": "hugo-zh", "name": "回环札记", "url": self.hugo_zh, "kind": "essay"},
            {"id": "pelican", "name": "Pelican Papers", "url": self.pelican_atom, "kind": "article"},
        ]
        samples = enumerate(self.samples)
        return rows + [
            {"id": f"gofeed-{n}", "url": url, "kind": "article", "full_text": "feed"} for n, url in samples
        ]

    def publish(self, slug: str, title: str, body: str, language: str = "en") -> None:
        """One more post on the Hugo site, out when this returns."""
        self.hugo.publish(slug, title, body, datetime.now(UTC).replace(microsecond=0), language)
        self.hugo.build(self.at(_HUGO))


@contextmanager
def publishing(folder: Path) -> Iterator[Publishers]:
    """Build all sites under ``folder`` and serve them until the block ends."""
    hugo, pelican = Hugo(folder / "hugo"), Pelican(folder / "pelican")
    (folder / "blog").mkdir()
    (folder / "nothing").mkdir()
    hosts = {
        _HUGO: (hugo.public, ""),
        _PELICAN: (pelican.public, ""),
        _BLOG: (folder / "blog", _BLOG_RULES),
        _BUSY: (folder / "nothing", _BUSY_RULES),
        _GONE: (folder / "nothing", _GONE_RULES),
        **dict.fromkeys(SAMPLES, (GOFEED, "")),
    }
    with serving(folder / "nginx", hosts) as nginx:
        now = datetime.now(UTC).replace(microsecond=0)
        blog = Blog(folder / "blog", f"http://{_BLOG}:{nginx.port}", now.date())
        everything = Publishers(nginx, hugo, pelican, blog)
        fill(hugo, pelican, now)
        hugo.build(everything.at(_HUGO))
        pelican.build(everything.at(_PELICAN))
        blog.build()
        yield everything
