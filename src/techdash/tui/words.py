"""The words on screen, in English and Chinese, from one table."""

from __future__ import annotations

from techdash import days
from techdash.language import chosen

_WORDS: dict[str, tuple[str, str]] = {
    "digest": ("Digest", "日报"),
    "essays": ("Essays", "文章"),
    "cheatsheet": ("Cheat-sheet", "速查"),
    "all_read": ("done", "读完"),
    "section.featured": ("Featured", "精选"),
    "section.article": ("Articles", "文章"),
    "section.social": ("Posts", "动态"),
    "section.github": ("GitHub", "开源"),
    "section.podcast": ("Podcasts", "播客"),
    "section.paper": ("Papers", "论文"),
    "section.other": ("Other", "其他"),
    "count.article": ("{n} articles", "{n} 篇文章"),
    "count.featured": ("{n} featured", "{n} 篇精选"),
    "count.social": ("{n} posts", "{n} 条动态"),
    "count.github": ("{n} projects", "{n} 个项目"),
    "count.podcast": ("{n} episodes", "{n} 期播客"),
    "count.paper": ("{n} papers", "{n} 篇论文"),
    "stated": ("stated: {counts}", "原文称：{counts}"),
    "own_edition": ("From your sources", "来自你的订阅"),
    "lead_cut": ("The source cuts this short.", "来源在此截断。"),
    "no_items": ("The items come with the first refresh.", "条目在首次刷新后出现。"),
    "preparing": ("Setting up your library …", "正在准备资料库……"),
    "no_cards": ("No card matches. Esc clears.", "没有匹配的条目，按 Esc 清除。"),
    "nothing_open": ("↵ opens what the cursor is on.", "按 ↵ 打开光标所在条目。"),
    "no_body": (
        "Only this much came with the feed. o opens the page in the browser.",
        "订阅源只给了这些，按 o 在浏览器中打开原文。",
    ),
    "no_earlier_day": ("This is the first day.", "已是最早一天。"),
    "no_later_day": ("This is the latest day.", "已是最新一天。"),
    "skipped_days": ("No edition between {first} and {last}.", "{first} 与 {last} 之间没有日报。"),
    "no_today": ("No edition for today yet. The latest is {day}.", "今天还没有日报，最近一期是 {day}。"),
    "nothing_unread_at_all": ("Nothing unread. Enjoy your day.", "全部读完，祝你今天愉快。"),
    "nothing_unread_here": ("Nothing unread in this list.", "此列表没有未读。"),
    "marked_read": ("Read. u undoes.", "已读，按 u 撤销。"),
    "marked_unread": ("Unread. u undoes.", "未读，按 u 撤销。"),
    "starred": ("Starred. u undoes.", "已加星，按 u 撤销。"),
    "unstarred": ("Star taken off. u undoes.", "已取消加星，按 u 撤销。"),
    "later": ("Kept for later. u undoes.", "稍后再读，按 u 撤销。"),
    "not_later": ("No longer kept for later. u undoes.", "已移出稍后再读，按 u 撤销。"),
    "marked_all": ("{n} marked read. u undoes.", "已将 {n} 条标为已读，按 u 撤销。"),
    "undone": ("Undone.", "已撤销。"),
    "redone": ("Redone.", "已重做。"),
    "nothing_to_undo": ("Nothing to undo.", "没有可撤销的操作。"),
    "nothing_to_redo": ("Nothing to redo.", "没有可重做的操作。"),
    "copied": ("Copied: {text}", "已复制：{text}"),
    "no_link": ("There is no link here.", "这里没有链接。"),
    "no_comments": ("There is no comments page.", "没有评论页。"),
    "opened_browser": ("Opened in the browser.", "已在浏览器中打开。"),
    "syncing": ("syncing {done} of {total}", "同步 {done}/{total}"),
    "sync_starting": ("syncing", "正在同步"),
    "sync_new": ("{n} new", "{n} 条新内容"),
    "sync_none": ("up to date", "已是最新"),
    "sync_failed": ("{n} sources failed", "{n} 个来源失败"),
    "sync_failed_one": ("{title} failed", "{title} 失败"),
    "sync_offline": ("offline: nothing could be reached", "离线：没有来源可达"),
    "sync_busy": ("another refresh is running", "另一个刷新正在进行"),
    "sync_broken": ("the refresh stopped early", "刷新提前结束"),
    "already_syncing": ("A refresh is already running.", "刷新正在进行。"),
    "library_problem": ("The library can't be written now. Try again.", "资料库暂时无法写入，请重试。"),
    "failed_job": ("That did not work; {path} says why.", "操作失败，原因见 {path}。"),
    "position": ("{at} of {total}", "{at}/{total}"),
    "minutes": ("{n} min", "{n} 分钟"),
    "minutes_left": ("{n} min left", "剩 {n} 分钟"),
    "find_here": ("Find in this text", "在文中查找"),
    "find_count": ("{at}/{total}", "{at}/{total}"),
    "find_more": ("{at}/{total} …", "{at}/{total} ……"),
    "find_none": ("not found", "未找到"),
    "find_keys": ("n N next, previous   Esc ends", "n N 下一处、上一处   Esc 结束"),
    "outline": ("Outline", "目录"),
    "outline_narrow": ("Type to narrow", "输入以筛选"),
    "no_headings": ("No headings.", "没有标题。"),
    "no_hints": ("No link or formula in view.", "屏幕上没有链接或公式。"),
    "type_hint": ("Type a label; Esc cancels.", "输入标签，Esc 取消。"),
    "no_such_place": ("This text has no such place.", "文中没有这个位置。"),
    "no_such_note": ("This text has no note {label}.", "文中没有注释 {label}。"),
    "note": ("Note {label}", "注释 {label}"),
    "keys.note": ("↑ ↓ scroll   ↵ close", "↑ ↓ 滚动   ↵ 关闭"),
    "keys.find": ("↑ ↓ matches   ↵ keep   Esc cancel", "↑ ↓ 换一处   ↵ 确定   Esc 取消"),
    "keys.outline": ("↑ ↓ choose   ↵ go there   Esc close", "↑ ↓ 选择   ↵ 前往   Esc 关闭"),
    "keys.hints": ("Esc cancel", "Esc 取消"),
    "source_keys": ("↵ close   y copy", "↵ 关闭   y 复制"),
    "note_keys": ("↵ close   G to the notes", "↵ 关闭   G 转到注释"),
    "copied_formula": ("LaTeX copied: {text}", "已复制 LaTeX：{text}"),
    "copied_code": ("{n} lines of code copied.", "已复制 {n} 行代码。"),
    "copied_code_one": ("1 line of code copied.", "已复制 1 行代码。"),
    "narrow_cards": ("Type to narrow", "输入以筛选"),
    "example": ("example", "示例"),
    "source": ("source", "来源"),
    "help_narrow": ("Type to search the keys; Esc closes", "输入以搜索按键，Esc 关闭"),
    "anywhere": ("Everywhere", "各处"),
    "in_lists": ("In lists", "列表中"),
    "in_reader": ("In the reader", "阅读时"),
    "in_note": ("On a footnote", "脚注中"),
    "in_sheet": ("In the cheat-sheet", "速查表中"),
    "picture.http": ("picture: {http} at {host}", "图片：{host} 返回 {http}"),
    "picture.timeout": ("picture: {host} took too long", "图片：{host} 响应太慢"),
    "picture.large": ("picture: too large to be shown here", "图片：太大，此处不显示"),
    "picture.private": (
        "picture: {host} is a private address; a page may not lead there",
        "图片：{host} 是内网地址，网页不得引向那里",
    ),
    "picture.wait": ("picture: {host} asked to be left alone for a while", "图片：{host} 要求稍后再来"),
    "picture.connect": ("picture: {host} could not be reached", "图片：无法连接 {host}"),
    "picture.address": ("picture: its address leads nowhere", "图片：地址无效"),
    "picture.missing": ("picture: there is no such file", "图片：没有这个文件"),
    "picture.outside": ("picture: the file is outside the source's folder", "图片：文件在来源的文件夹之外"),
    "picture.svg": ("picture: an SVG drawing, which is not shown here", "图片：SVG 矢量图，此处不显示"),
    "picture.page": ("picture: a web page came in its place", "图片：收到的是网页而不是图片"),
    "picture.format": ("picture: of a kind that is not shown here", "图片：不支持的格式"),
    "picture.damaged": ("picture: it came damaged", "图片：文件损坏"),
    "picture.broken": (
        "picture: reading it failed; i twice tries again",
        "图片：读取失败，按两次 i 重试",
    ),
    "pictures_shown": ("Pictures are shown. I: one on the whole screen.", "显示图片；按 I 全屏看一张。"),
    "pictures_hidden": ("Pictures are hidden.", "图片已隐藏。"),
    "pictures_never": (
        'Pictures are off: images = "never" in config.toml.',
        '图片已关闭：config.toml 中 images = "never"。',
    ),
    "no_picture": ("There is no picture in view.", "当前画面没有图片。"),
    "picture_coming": ("The picture is on its way.", "正在取图片。"),
    "picture_back": ("Esc back", "Esc 返回"),
    "lang.zh": ("中文", "中文"),
    "lang.en": ("English", "English"),
    "lang.both": ("中文+English", "中文+English"),
    "lang.pair": ("中 / EN", "中 / EN"),
    "only_in.zh": ("Only in Chinese.", "只有中文版。"),
    "only_in.en": ("Only in English.", "只有英文版。"),
    "only_in.one": ("Only in this language.", "只有这一种语言。"),
    "language_of_essays": ("B changes the language of essays.", "B 用于切换文章的语言。"),
    "continue_reading": ("Continue reading", "继续阅读"),
    "all_essays": ("All essays", "全部文章"),
}

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FULL_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HAN_WEEKDAYS = "一二三四五六日"


class Words:
    """Looks words up in the reader's language."""

    def __init__(self, language: str = "auto") -> None:
        self.language = chosen(language)

    def __call__(self, key: str, **values: object) -> str:
        """The words for ``key`` with ``values`` put in; values are plain text, never a format."""
        text = _WORDS[key][self.language == "zh"]
        return text.format(**values) if values else text

    def weekday(self, day: str) -> str:
        """``Tue`` or ``周二``."""
        number = days.parse(day).weekday()
        return f"周{_HAN_WEEKDAYS[number]}" if self.language == "zh" else _WEEKDAYS[number]

    def short_day(self, day: str) -> str:
        """``12 May`` or ``5月12日``."""
        date = days.parse(day)
        if self.language == "zh":
            return f"{date.month}月{date.day}日"
        return f"{date.day} {_MONTHS[date.month - 1]}"

    def day(self, day: str) -> str:
        """``12 May 2026`` or ``2026年5月12日``."""
        date = days.parse(day)
        if self.language == "zh":
            return f"{date.year}年{date.month}月{date.day}日"
        return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"

    def long_day(self, day: str) -> str:
        """``Tuesday 12 May`` or ``5月12日 星期二``."""
        date = days.parse(day)
        if self.language == "zh":
            return f"{date.month}月{date.day}日 星期{_HAN_WEEKDAYS[date.weekday()]}"
        return f"{_FULL_WEEKDAYS[date.weekday()]} {date.day} {_FULL_MONTHS[date.month - 1]}"

    def counts(self, counts: dict[str, int]) -> str:
        """``21 articles (5 featured) · 26 posts`` in the order of the sections."""
        parts = []
        for kind in ("article", "social", "github", "podcast", "paper"):
            number = counts.get(kind)
            if not number:
                continue
            part = self(f"count.{kind}", n=number)
            if self.language == "en" and number == 1:
                part = part.removesuffix("s")
            if kind == "article" and counts.get("featured"):
                part += f" ({self('count.featured', n=counts['featured'])})"
            parts.append(part)
        if not counts.get("article") and counts.get("featured"):
            parts.insert(0, self("count.featured", n=counts["featured"]))
        return " · ".join(parts)
