"""Words in digests that are never an item of their own: "read more", "subscribe", "why it matters"."""

from __future__ import annotations

import re

_READ = re.compile(
    r"(?:"
    r"read(?: more| the (?:full )?\w+| it| on| here)?|continue reading|full (?:story|article|post|text)"
    r"|https?://\S+|(?:[\w-]+\.)+[a-z]{2,}/\S*"
    r"|repo(?:sitory)?|github|code|project(?: page)?|demo|arxiv"
    r"|learn more|see more|more|link|source|view(?: \w+)?|watch|listen|here|paper|post|tweet|original|via"
    r"|阅读(?:原文|全文|更多)?|原文(?:链接)?|查看(?:原文|详情|更多)?|链接|来源|出处|详情|论文|地址|更多"
    r"|收听|观看|播放"
    r")\s*[:：»›→>.。…]*",
    re.IGNORECASE,
)
_NAVIGATION = re.compile(
    r"(?:"
    r"subscribe(?: now)?|sign ?up|log ?in|unsubscribe|upgrade to paid|get the app|advertise|forward(?:ed)?"
    r"|share(?: this post)?|refer(?: a friend)?|leave a comment|comments?|rss|contact|privacy policy"
    r"|home|archives?|about(?: us)?|previous(?: \w+)?|next(?: \w+)?|back to top|table of contents"
    r"|view (?:online|in (?:your )?browser)"
    r"|首页|归档|关于|订阅|退订|分享|评论|上一[期篇页]|下一[期篇页]|目录|返回(?:顶部|首页)|联系我们|投稿"
    r")\s*[→»›]*",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"(?:"
    r"why (?:this|it)(?: all)? matters\b.*|what(?:['’]s| is) new|what (?:they|it|we|to|this)\b.*"
    r"|how (?:it|they|this)\b.*|results?|behind the news|we['’]re thinking"
    r"|(?:the )?(?:big picture|details|takeaway|bottom line|context)"
    r"|key (?:points?|takeaways?|findings?)|yes, but|by the numbers|go deeper|tl;?dr|note|update"
    r"|为什么重要|要点|核心(?:观点|内容|要点)?|亮点|关键(?:点|信息)?|点评|摘要|简介|推荐理由|背景|总结"
    r"|作者|标签|热度"
    r")",
    re.IGNORECASE,
)


def leads_to_the_text(words: str) -> bool:
    """Whether words only say where a story is to be read: "read more", 「原文」."""
    return bool(_READ.fullmatch(words.strip()))


def leads_around(words: str) -> bool:
    """Whether words lead around the publisher's site: "subscribe", "archive", 「上一期」."""
    return bool(_NAVIGATION.fullmatch(words.strip()))


def goes_on(words: str) -> bool:
    """Whether bold words lead on within one story instead of beginning another: "why it matters"."""
    return bool(_WITHIN.fullmatch(words.strip()))
