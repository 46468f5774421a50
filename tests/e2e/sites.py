"""Real site generators at work: a bilingual Hugo site and a Pelican one, each able to publish once more."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

_HUGO_CONFIG = """\
title = "Loopback Notes"
defaultContentLanguage = "en"
disableKinds = ["taxonomy", "term", "section"]
enableRobotsTXT = false
[outputs]
home = ["HTML", "RSS"]
[languages.en]
title = "Loopback Notes"
weight = 1
[languages.zh]
title = "回环札记"
weight = 2
[markup.goldmark.renderer]
unsafe = true
"""
_HUGO_FEED = """\
{{ printf "<?xml version=\\"1.0\\" encoding=\\"utf-8\\" standalone=\\"yes\\"?>" | safeHTML }}
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>{{ .Site.Title }}</title><link>{{ .Permalink }}</link><description>{{ .Site.Title }}</description>
<generator>Hugo</generator><language>{{ .Site.Language.Lang }}</language>
{{ with .OutputFormats.Get "RSS" }}
{{ printf "<atom:link href=%q rel=\\"self\\" type=%q />" .Permalink .MediaType | safeHTML }}{{ end }}
{{ range .Site.RegularPages }}<item><title>{{ .Title }}</title><link>{{ .Permalink }}</link>
<pubDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" | safeHTML }}</pubDate>
<guid>{{ .Permalink }}</guid>
<description>{{ .Summary | plainify }}</description>
<content:encoded>{{ printf "<![CDATA[%s]]>" .Content | safeHTML }}</content:encoded></item>
{{ end }}</channel></rss>
"""
_HUGO_PAGE = """\
<!DOCTYPE html><html lang="{{ .Site.Language.Lang }}"><head><meta charset="utf-8"><title>{{ .Title }}</title>
{{ with .Site.Home.OutputFormats.Get "RSS" }}
<link rel="alternate" type="{{ .MediaType }}" href="{{ .Permalink }}">{{ end }}</head>
<body><header><nav><a href="/">home</a></nav></header><main><article><h1>{{ .Title }}</h1>
{{ .Content }}{{ if .IsHome }}{{ range .Site.RegularPages }}
<p><a href="{{ .Permalink }}">{{ .Title }}</a></p>{{ end }}{{ end }}</article>
</main><footer>made by Hugo</footer></body></html>
"""

ESSAY_EN = """\
The question is not how large a vector is, but how far one step turns it. Scale invariance makes the
*direction* the only thing a layer can learn, and the norm becomes a clock.

## A formula that KaTeX set

<span class="katex-display"><span class="katex"><span class="katex-mathml"><math><semantics><mrow></mrow>\
<annotation encoding="application/x-tex">\\Delta\\theta \\approx \\frac{\\eta}{\\lVert w \\rVert}\
</annotation></semantics></math></span>\
<span class="katex-html" aria-hidden="true"><span>Δθ≈η/∥w∥</span></span></span></span>

## A piece of code

```python
def angle(step: float, norm: float) -> float:
    # 每一步转过的角度
    return step / norm
```

## A table

| optimiser | step | norm |
|---|--:|--:|
| SGD | 1/w | grows |
| AdamW | constant | held |

> A knob is only a knob if turning it does one thing.

"""
ESSAY_ZH = """\
推荐系统看见的数据，是它自己选择的结果。这句话听起来平常，却改变了几乎所有结论的读法。

## 曝光不是随机的

如果一个物品从未被展示，模型就无从知道它会不会被点击；于是“没有点击”有两种意思，而日志把它们写成同一个零。

## 一段代码

```python
weight = 1 / max(propensity, 0.01)
```

## 一张表

| 方法 | 偏差 | 方差 |
|---|---|---|
| 直接 | 高 | 低 |
| 倾向得分 | 低 | 高 |

"""
FILLER_EN = "\n\n".join(
    f"Paragraph {n} says one more thing about steps, norms and the patience that a long run needs; it is "
    "here so that the essay is longer than any screen and a place in its middle can be lost."
    for n in range(2, 60)
)
FILLER_ZH = "\n\n".join(
    f"第 {n} 段再说一件关于曝光、偏差与耐心的小事；它在这里，是为了让文章比屏幕更长。" for n in range(2, 60)
)


class Hugo:
    """A Hugo site: ``/index.xml`` in English, ``/zh/index.xml`` in Chinese, whole texts in both."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.public = folder / "source", folder / "public"
        for name, content in {
            "config.toml": _HUGO_CONFIG,
            "layouts/index.rss.xml": _HUGO_FEED,
            "layouts/_default/single.html": _HUGO_PAGE,
            "layouts/_default/list.html": _HUGO_PAGE,
        }.items():
            _write(self.folder / name, content)
        self.public.mkdir(parents=True)

    def publish(self, slug: str, title: str, body: str, when: datetime, language: str = "en") -> None:
        """Write a post; it is out after the next ``build``."""
        front = f'---\ntitle: "{title}"\nslug: "{slug}"\ndate: {when.isoformat()}\n---\n'
        _write(self.folder / "content" / "posts" / f"{slug}.{language}.md", front + body)

    def build(self, address: str) -> None:
        _run(
            *(
                "hugo",
                "--quiet",
                "--source",
                self.folder,
                "--destination",
                self.public,
                "--baseURL",
                address + "/",
            ),
            HUGO_CACHEDIR=str(self.folder / "cache"),
        )


class Pelican:
    """A Pelican site: Atom at ``/feeds/all.atom.xml``, RSS at ``/feeds/all.rss.xml``."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.public = folder / "source", folder / "public"
        self.public.mkdir(parents=True)

    def publish(self, slug: str, title: str, body: str, when: datetime) -> None:
        """Write a post; it is out after the next ``build``."""
        front = f"Title: {title}\nSlug: {slug}\nDate: {when:%Y-%m-%d %H:%M}\nAuthor: Ada Example\n\n"
        _write(self.folder / "content" / f"{slug}.md", front + body)

    def build(self, address: str) -> None:
        settings = {
            "PATH": "content",
            "OUTPUT_PATH": str(self.public),
            "SITENAME": "Pelican Papers",
            "SITEURL": address,
            "FEED_DOMAIN": address,
            "FEED_ALL_ATOM": "feeds/all.atom.xml",
            "FEED_ALL_RSS": "feeds/all.rss.xml",
            "RSS_FEED_SUMMARY_ONLY": False,
            "CATEGORY_FEED_ATOM": None,
            "TRANSLATION_FEED_ATOM": None,
            "THEME": "simple",
            "TIMEZONE": "UTC",
            "DEFAULT_LANG": "en",
            "LOAD_CONTENT_CACHE": False,
        }
        lines = (f"{name} = {value!r}\n" for name, value in settings.items())
        _write(self.folder / "pelicanconf.py", "".join(lines))
        _run(sys.executable, "-m", "pelican", "--quiet", "-s", self.folder / "pelicanconf.py")


def fill(hugo: Hugo, pelican: Pelican, now: datetime) -> None:
    """A morning's worth of posts: essays in both languages on the Hugo site, articles on the Pelican one."""
    # not at the same moment: what came first of two is another one each time
    hugo.publish("one-knob", "One knob at a time", ESSAY_EN + FILLER_EN, now - timedelta(minutes=5))
    hugo.publish("exposure", "曝光的偏差从哪里来", ESSAY_ZH + FILLER_ZH, now, "zh")
    hugo.publish("old-clocks", "Old clocks", ESSAY_EN, now - timedelta(days=20))
    for number, title in enumerate(
        ("A cache that forgets well", "Reading traces slowly", "队列为什么会变长")
    ):
        body = f"What we saw in week {number}.\n\n* one\n* two\n\n    print({number})\n"
        pelican.publish(f"paper-{number}", title, body, now - timedelta(days=number))


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")


def _run(*command: str | Path, **env: str) -> None:
    done = subprocess.run(
        [str(part) for part in command], env={**os.environ, **env}, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
