"""Which kind of section a heading names, in English and Chinese, or the links below it show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from techdash.models.parsed import SectionKind
from techdash.text.urls import host

TITLES: dict[SectionKind, str] = {
    "featured": "Featured",
    "article": "Articles",
    "social": "Posts",
    "github": "GitHub",
    "podcast": "Podcasts",
    "paper": "Papers",
    "other": "More",
    "muted": "Muted",
}

# Read from the top: "top tweets" are posts, "featured articles" are featured, "trending papers" are papers.
_HEADING_WORDS: tuple[tuple[SectionKind, str, str], ...] = (
    ("article", r"blog posts?", r"(?:科技|行业|业界|产业|公司|技术|产品|市场)动态"),
    ("paper", r"papers?|preprints?|arxiv", r"论文|学术"),
    ("podcast", r"podcasts?|episodes?|videos?|youtube|listen(?:ing)?|watch", r"播客|视频|音频"),
    (
        "social",
        r"tweets?|twitter|kols?|posts?|social|reddit|discord|threads?|community|voices",
        r"推文|推特|动态|大\s*V|社交|社区|观点|言论|微博",
    ),
    (
        "github",
        r"github|open[- ]?source|repos?(?:itor(?:y|ies))?|trending(?! (?:topics?|stories|news|articles?))",
        r"开源|仓库|热门项目",
    ),
    (
        "featured",
        r"featured?|top|highlights?|must[- ]reads?|editor['’]?s['’]? (?:picks?|choice)|best of",
        r"精选|重点|头条|必读|焦点|重磅",
    ),
    (
        "article",
        r"articles?|stories|news|blogs?|reads?|reading|essays?|headlines?",
        r"文章|资讯|新闻|博客|博文|快讯|要闻|阅读|文摘|报道",
    ),
)
_HEADINGS = [
    (kind, re.compile(rf"\b(?:{english})\b|{chinese}", re.IGNORECASE))
    for kind, english, chinese in _HEADING_WORDS
]

_FRONT = r"\W*(?:[一二三四五六七八九十]{1,3}、|\d{1,2}[.)、．]\s*)?"
_OVERVIEW = re.compile(
    _FRONT + r"(?:"
    r"(?:(?:today|this week)['’]?s|daily|weekly|the|key)?\s*"
    r"(?:overview|summary|in brief|at a glance|big picture|report|introduction|intro|tl;?dr"
    r"|editor['’]?s note|takeaways?|trends?(?: (?:watch|to watch|analysis|insights?|of the (?:day|week)))?)"
    r"|(?:今日|本日|本周|本期|每日|整体|核心)?"
    r"(?:概览|概述|概要|摘要|导语|导读|总览|综述|小结|总结|要点|趋势|前言|编者按|引言)"
    r"(?:分析|洞察|观察|与趋势)?"
    r")\W*",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    _FRONT + r"(?:"
    r"(?:un)?subscribe(?: .{0,30})?|share(?: (?:this|with) .*)?|comments?|archives?"
    r"|about(?: (?:us|me|this|the (?:authors?|newsletter|editors?)).*)?|previous (?:issues?|editions?)"
    r"|thanks(?: for (?:reading|subscribing).*)?"
    r"|(?:table of )?contents|sponsors?|related(?: posts?)?|references?|footnotes?"
    r"|订阅(?:本刊|我们)?|退订|分享(?:本文)?|评论|留言|关于(?:我们|本刊|作者|本站)?|归档|往年回顾|历史上的本周|往期.*|目录|相关阅读|相关文章|赞助商?"
    r"|参考(?:文献|资料)|致谢"
    r")\W*",
    re.IGNORECASE,
)

_HOSTS: tuple[tuple[SectionKind, tuple[str, ...]], ...] = (
    ("github", ("github.com", "gitlab.com", "codeberg.org")),
    (
        "social",
        (
            "x.com",
            "twitter.com",
            "bsky.app",
            "mastodon.social",
            "mastodon.online",
            "fosstodon.org",
            "threads.net",
            "reddit.com",
            "news.ycombinator.com",
            "lobste.rs",
            "weibo.com",
        ),
    ),
    (
        "podcast",
        (
            "youtube.com",
            "youtu.be",
            "podcasts.apple.com",
            "open.spotify.com",
            "xiaoyuzhoufm.com",
            "overcast.fm",
            "pca.st",
            "bilibili.com",
        ),
    ),
    ("paper", ("arxiv.org", "openreview.net", "aclanthology.org", "dl.acm.org", "doi.org", "alphaxiv.org")),
)
_KIND_OF_HOST: dict[str, SectionKind] = {name: kind for kind, names in _HOSTS for name in names}


def kind_of_heading(heading: str) -> SectionKind | None:
    """The kind a heading names, or None where it names none."""
    if len(heading.split()) > 5 or len(heading) > 40:  # a headline, not a section's name
        return None
    return next((kind for kind, words in _HEADINGS if words.search(heading)), None)


def kind_of_links(urls: Iterable[str]) -> SectionKind:
    """The kind of most of the addresses: ``article`` where they differ, ``other`` where most are empty."""
    found = Counter(_kind_of_link(url) for url in urls)
    kind, number = found.most_common(1)[0]
    return kind if number * 2 > found.total() else "article"


def is_overview(heading: str) -> bool:
    """Whether a heading stands over prose about the whole edition: overview, summary, trend."""
    return bool(_OVERVIEW.fullmatch(heading))


def is_aside(heading: str) -> bool:
    """Whether a heading stands over what is no part of the edition: subscribe, archive, comments."""
    return bool(_ASIDE.fullmatch(heading))


def _kind_of_link(url: str) -> SectionKind:
    if not url:
        return "other"
    labels = host(url).split(".")
    return next(
        (kind for start in range(len(labels)) if (kind := _KIND_OF_HOST.get(".".join(labels[start:])))),
        "article",
    )
