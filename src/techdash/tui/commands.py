"""Every command once: its keys, action and words. Bindings, footer, palette and help are made from here."""

from __future__ import annotations

import unicodedata
from typing import Literal

from msgspec import Struct
from textual.binding import Binding

Where = Literal["anywhere", "lists", "reader", "note", "sheet", "card", "sources", "month"]
# Screens of their own: no key that holds everywhere else holds there.
_APART = frozenset({"sources", "month"})
# What has no sense in a place, though its key is free there.
_IDLE = {"sheet": frozenset({"read"})}
FULL_WIDTH = 0xFEE0
READER = "reader."
"""Before the actions of the reader's pane, which holds the text and all that stands around it."""


class Command(Struct, frozen=True):
    """``keys`` as Textual names them; ``footer`` ranks it among the hints (0: not shown)."""

    id: str
    keys: tuple[str, ...]
    action: str
    en: str
    zh: str
    where: Where = "anywhere"
    short_en: str = ""
    short_zh: str = ""
    footer: int = 0
    shown: str = ""

    def title(self, language: str) -> str:
        return self.zh if language == "zh" else self.en

    def short(self, language: str) -> str:
        return (self.short_zh if language == "zh" else self.short_en) or self.title(language)

    def key_names(self) -> str:
        """The keys as a person reads them."""
        return self.shown or "  ".join(_shown(key) for key in self.keys)


def _c(id: str, keys: str, action: str, en: str, zh: str, **rest: object) -> Command:  # noqa: A002
    return Command(id, tuple(keys.split()), action, en, zh, **rest)  # type: ignore[arg-type]


COMMANDS: tuple[Command, ...] = (
    _c("digest", "1", "app.room('digest')", "Go to the digest", "打开日报"),
    _c("essays", "2", "app.room('essays')", "Go to the essays", "打开文章"),
    _c("cheatsheet", "3", "app.room('cheatsheet')", "Go to the cheat-sheet", "打开速查"),
    _c("next_pane", "tab", "app.focus_next", "Next pane", "下一栏"),
    _c("previous_pane", "shift+tab", "app.focus_previous", "Previous pane", "上一栏"),
    _c("back", "q escape", "app.back", "Back; at the top level quit", "返回；在顶层则退出"),
    _c("quit", "ctrl+q", "app.quit", "Quit", "退出"),
    _c(
        "previous_day",
        "[",
        "app.walk_day(-1)",
        "Previous day",
        "前一天",
        where="lists",
        footer=1,
        short_en="day",
        short_zh="换天",
        shown="[",
    ),
    _c("next_day", "]", "app.walk_day(1)", "Next day", "后一天", where="lists"),
    _c("today", "T", "app.today", "Today, or the latest day", "今天或最近一天"),
    _c("pick_day", "D", "app.pick_day", "Pick a day from a month", "从月历选一天"),
    _c("next_edition", "E", "app.next_edition", "Next edition of the day", "当天的下一份日报", where="lists"),
    _c(
        "turn_pages",
        "V",
        "app.turn_pages",
        "The day's editions on one page, or one at a time",
        "当天日报：同页显示，或逐份显示",
        where="lists",
    ),
    _c("export", "e", "app.export", "Export the day or the text as Markdown", "将当天或正文导出为 Markdown"),
    _c("open", "enter l right", "open", "Open", "打开", where="lists", footer=2),
    _c("down", "j down", "move(1)", "Down", "向下", where="lists"),
    _c("up", "k up", "move(-1)", "Up", "向上", where="lists"),
    _c("first", "g home", "first", "First", "第一条", where="lists"),
    _c("last", "G end", "last", "Last", "最后一条", where="lists"),
    _c("page_down", "space pagedown", "page(1)", "Page down", "下一页", where="lists"),
    _c("page_up", "b pageup", "page(-1)", "Page up", "上一页", where="lists"),
    _c("half_down", "ctrl+d", "page(0.5)", "Half a page down", "下半页", where="lists"),
    _c("half_up", "ctrl+u", "page(-0.5)", "Half a page up", "上半页", where="lists"),
    _c("list_back", "h left", "app.back(False)", "Back", "返回", where="lists"),
    _c("next_unread", "n", "app.next_unread(1)", "Next unread, crossing days", "下一条未读（可跨天）"),
    _c(
        "previous_unread",
        "N",
        "app.next_unread(-1)",
        "Previous unread, crossing days",
        "上一条未读（可跨天）",
    ),
    _c(
        "read",
        "m",
        "app.mark('read')",
        "Mark read or unread",
        "标为已读或未读",
        footer=3,
        short_en="read",
        short_zh="已读",
    ),
    _c("star", "s", "app.mark('starred')", "Star", "加星", footer=4, short_en="star", short_zh="加星"),
    _c("later", "L", "app.mark('later')", "Keep for later", "稍后再读"),
    _c("why", "w", "app.why", "Why is this here?", "为什么在这里？"),
    _c("more", "+", "app.want(1)", "More of this", "多看这类"),
    _c("less", "-", "app.want(-1)", "Less of this: mute it", "少看这类：静音"),
    _c(
        "read_all",
        "A",
        "app.mark_all",
        "Mark the section, then the day or the list read",
        "将此栏标为已读，再按则为当天或整个列表",
    ),
    _c("split", "X", "app.split", "Split this story: its entries are not one", "拆分此条：所含并非同一件事"),
    _c("undo", "u", "app.undo", "Undo", "撤销", footer=5, short_en="undo", short_zh="撤销"),
    _c("redo", "ctrl+r", "app.redo", "Redo", "重做"),
    _c("refresh_source", "r", "app.refresh_source", "Refresh this source", "刷新此来源"),
    _c("refresh", "R f5", "app.refresh_all", "Refresh all sources", "刷新全部来源"),
    _c("browser", "o", "app.browser", "Open in the browser", "在浏览器中打开"),
    _c("comments", "c", "app.comments", "Open the comments page", "打开评论页"),
    _c("copy_link", "y", "app.copy_link", "Copy the link", "复制链接"),
    _c("copy_markdown", "Y", "app.copy_markdown", "Copy as Markdown", "复制为 Markdown"),
    _c(
        "language",
        "B",
        "app.language",
        "Essays in Chinese, English, both",
        "文章语言：中文、英文、对照",
    ),
    _c("zen", "z", "app.zen", "Only this pane", "只看这一栏"),
    _c(
        "narrow",
        "/",
        "app.narrow",
        "Narrow the cheat-sheet",
        "筛选速查",
        footer=6,
        short_en="narrow",
        short_zh="筛选",
    ),
    _c("add", "a", "app.add_source", "Add a source", "添加来源"),
    _c("sources", "S", "app.sources", "Sources and their health", "来源及其状态"),
    _c("theme", "f2", "app.change_theme", "Choose a theme", "选择主题"),
    _c("help", "? f1", "app.help", "All keys", "全部按键", footer=7, short_en="help", short_zh="帮助"),
    _c("palette", ": ctrl+p", "app.command_palette", "Command palette", "命令面板"),
    _c("scroll_down", "j down", "line(1)", "Scroll down", "向下滚动", where="reader"),
    _c("scroll_up", "k up", "line(-1)", "Scroll up", "向上滚动", where="reader"),
    _c("top", "g home", "top", "Top", "开头", where="reader"),
    _c("bottom", "G end", "bottom", "Bottom", "结尾", where="reader"),
    _c(
        "read_on",
        "space",
        "read_on",
        "Page down; at the end the next unread",
        "下一页；到结尾则下一条未读",
        where="reader",
        footer=2,
        short_en="page",
        short_zh="翻页",
    ),
    _c("reader_page_down", "pagedown", "page(1)", "Page down", "下一页", where="reader"),
    _c("reader_page_up", "b pageup", "page(-1)", "Page up", "上一页", where="reader"),
    _c("reader_half_down", "ctrl+d", "page(0.5)", "Half a page down", "下半页", where="reader"),
    _c("reader_half_up", "ctrl+u", "page(-0.5)", "Half a page up", "上半页", where="reader"),
    _c(
        "previous_heading",
        "[",
        "heading(-1)",
        "Previous heading",
        "上一个标题",
        where="reader",
        footer=1,
        short_en="heading",
        short_zh="标题",
    ),
    _c("next_heading", "]", "heading(1)", "Next heading", "下一个标题", where="reader"),
    _c("next_item", "J", "app.step(1)", "Next item without leaving", "下一条（不离开）", where="reader"),
    _c(
        "previous_item",
        "K",
        "app.step(-1)",
        "Previous item without leaving",
        "上一条（不离开）",
        where="reader",
    ),
    _c("next_link", "ctrl+n", "link(1)", "Select the next link", "选下一个链接", where="reader"),
    _c("previous_link", "ctrl+b", "link(-1)", "Select the previous link", "选上一个链接", where="reader"),
    _c(
        "sideways",
        "} shift+right",
        "sideways(1)",
        "Move wide code, formulas and tables",
        "横移过宽的代码、公式和表格",
        where="reader",
    ),
    _c("sideways_back", "{ shift+left", "sideways(-1)", "Move them back", "移回", where="reader"),
    _c("follow", "enter l right", "follow", "Follow the selected link", "打开所选链接", where="reader"),
    _c(
        "find",
        "/",
        "reader.find",
        "Find in this text",
        "在文中查找",
        where="reader",
        footer=6,
        short_en="find",
        short_zh="查找",
    ),
    _c(
        "next_match",
        "n",
        "reader.match(1)",
        "Next match; else next unread",
        "下一处匹配，否则下一条未读",
        where="reader",
    ),
    _c(
        "previous_match",
        "N",
        "reader.match(-1)",
        "Previous match; else previous unread",
        "上一处匹配，否则上一条未读",
        where="reader",
    ),
    _c("full_text", "x", "app.full_text", "Full text: fetch the page", "全文：获取网页", where="reader"),
    _c("outline", "t", "reader.outline", "Outline", "目录", where="reader"),
    _c(
        "hints",
        "f",
        "reader.hints",
        "Label links and formulas to follow",
        "为链接和公式加标签",
        where="reader",
    ),
    _c(
        "copy_here",
        "y",
        "reader.copy_link",
        "Copy the selected formula as LaTeX, else the link",
        "复制所选公式的 LaTeX，否则复制链接",
        where="reader",
    ),
    _c(
        "copy_code",
        "Y",
        "reader.copy_code",
        "Copy the code in view, else the text as Markdown",
        "复制可见的代码，否则将全文复制为 Markdown",
        where="reader",
    ),
    _c(
        "reader_back",
        "q escape h left backspace",
        "reader.back",
        "Back to the text before, then to the list; place kept",
        "返回前一篇，再返回列表（记住位置）",
        where="reader",
    ),
    _c("close_note", "enter escape q", "close", "Close the note", "关闭脚注", where="note"),
    _c("to_notes", "G", "to_notes", "Go to the notes at the end", "转到文末的注释", where="note"),
    _c("pictures", "i", "reader.pictures", "Show or hide the pictures", "显示或隐藏图片", where="reader"),
    _c("picture", "I", "reader.picture", "One picture on the whole screen", "全屏看一张图片", where="reader"),
    _c("narrower", "<", "app.text_width(-4)", "Narrower text", "收窄正文", where="reader"),
    _c("wider", ">", "app.text_width(4)", "Wider text", "放宽正文", where="reader"),
    *(
        _c(
            name,
            keys,
            action,
            *title.split("|"),
            where="sheet",
            footer=footer,
            short_en=short.partition("|")[0],
            short_zh=short.partition("|")[2],
        )
        for name, keys, action, footer, short, title in (
            (
                "copy_card",
                "enter",
                "copy",
                1,
                "copy|复制",
                "Copy the command, its placeholders filled in; open a page|复制命令（先填占位符）；打开文档",
            ),
            ("copy_example", "y ctrl+y", "copy_example", 2, "example|示例", "Copy the example|复制示例"),
            ("whole_card", "l right", "whole", 6, "whole|全文", "The whole card|查看整张卡片"),
            ("star_card", "s ctrl+s", "star", 3, "star|加星", "Star: to the top|加星，置顶"),
            ("card_note", "e f4", "note", 4, "note|笔记", "Write your own note|写自己的笔记"),
            ("card_source", "o ctrl+o", "source", 6, "source|出处", "Open its source|打开出处"),
            ("sheet_view", "v ctrl+t", "view", 4, "view|视图", "Table, or cards as texts|表格或卡片"),
            ("sheet_language", "B ctrl+l", "language", 4, "中/EN|中/EN", "The other language|切换中英文"),
            ("previous_section", "[", "section(-1)", 0, "", "Previous section|上一节"),
            ("next_section", "]", "section(1)", 0, "", "Next section|下一节"),
        )
    ),
    *(
        _c(f"card_{name}", keys, action, *title.split("|"), where="card")
        for name, keys, action, title in (
            ("down", "j down", "scroll(1)", "Scroll down|向下滚动"),
            ("up", "k up", "scroll(-1)", "Scroll up|向上滚动"),
            ("page_down", "space pagedown", "page(1)", "Page down|下一页"),
            ("page_up", "b pageup", "page(-1)", "Page up|上一页"),
            ("back", "q escape h left", "leave", "Back to the list|返回列表"),
        )
    ),
    *(
        _c(
            f"source_{name}",
            keys,
            action,
            *title.split("|"),
            where="sources",
            footer=footer,
            short_en=short.partition("|")[0],
            short_zh=short.partition("|")[2],
        )
        for name, keys, action, footer, short, title in (
            ("details", "enter l right", "details", 1, "details|详情", "All that is known of it|查看详情"),
            ("undo", "u", "undo", 2, "undo|撤销", "Undo the last change here|撤销此页的上一次更改"),
            ("revive", "v", "revive", 3, "try again|再试", "Try one that is gone again|再试已消失的来源"),
            ("undo_move", "M", "undo_move", 4, "move back|恢复地址", "Back to its former address|恢复原地址"),
            ("refresh", "r", "refresh_source", 5, "refresh|刷新", "Refresh this source|刷新此来源"),
            ("switch", "d", "switch", 6, "off, on|停用、启用", "Switch off or on|停用或启用"),
            ("rename", "t", "rename", 7, "rename|改名", "Give it another title|改名"),
            ("kind", "K", "kind", 8, "kind|类型", "Change its kind|更改类型"),
            ("remove", "D delete", "remove", 9, "remove|移除", "Remove; u brings all back|移除（u 可恢复）"),
            ("site", "o", "site", 10, "site|网站", "Open its site in the browser|在浏览器中打开网站"),
            ("add", "a", "app.add_source", 11, "add|添加", "Add a source|添加来源"),
            ("filter", "/", "filter", 12, "narrow|筛选", "Narrow the list by typing|输入以筛选"),
            ("copy", "y", "copy_address", 13, "copy|复制", "Copy its address|复制地址"),
            ("export", "e", "say('export_how')", 14, "export|导出", "How to export to OPML|如何导出 OPML"),
            ("import", "i", "say('import_how')", 15, "import|导入", "How to import OPML|如何导入 OPML"),
            ("refresh_all", "R f5", "app.refresh_all", 0, "", "Refresh all sources|刷新全部来源"),
            ("close", "q escape h left", "close", 0, "", "Back|返回"),
            ("quit", "ctrl+q", "app.quit", 0, "", "Quit|退出"),
            ("theme", "f2", "app.change_theme", 0, "", "Choose a theme|选择主题"),
            ("palette", ": ctrl+p", "app.command_palette", 0, "", "Command palette|命令面板"),
            ("help", "? f1", "app.help", 16, "help|帮助", "All keys|全部按键"),
        )
    ),
    *(
        _c(f"month_{name}", keys, action, *title.split("|"), where="month")
        for name, keys, action, title in (
            ("open", "enter", "open", "Go to the day|前往这一天"),
            ("left", "left h", "move(-1)", "Day before|前一天"),
            ("right", "right l", "move(1)", "Day after|后一天"),
            ("up", "up k", "move(-7)", "Week before|上一周"),
            ("down", "down j", "move(7)", "Week after|下一周"),
            ("previous", "[ pageup", "month(-1)", "Month before|上个月"),
            ("next", "] pagedown", "month(1)", "Month after|下个月"),
            ("year_back", "{ shift+pageup", "month(-12)", "Year before|上一年"),
            ("year_on", "} shift+pagedown", "month(12)", "Year after|下一年"),
            ("today", "T", "today", "Today|今天"),
            ("close", "escape q D", "close", "Back|返回"),
        )
    ),
)


# What is typed next must find the line or the labels there, however fast it comes.
_BEFORE_TYPING = frozenset({"find", "outline", "hints", "copy_card", "card_note"})


def bindings(where: Where) -> list[Binding]:
    """The bindings of one place, each letter also as its full-width twin (Chinese input methods)."""
    return [
        Binding(
            ",".join(_with_twins(command.keys)),
            command.action,
            command.en,
            show=False,
            priority=command.id in _BEFORE_TYPING,
            id=command.id,
        )
        for command in COMMANDS
        if command.where == where and not command.action.startswith(READER)
    ]


def reader_bindings() -> list[Binding]:
    """The bindings of the reader's pane: they hold wherever in it the keys are."""
    return [
        Binding(
            ",".join(_with_twins(command.keys)),
            command.action.removeprefix(READER),
            command.en,
            show=False,
            priority=command.id in _BEFORE_TYPING,
            id=command.id,
        )
        for command in COMMANDS
        if command.action.startswith(READER)
    ]


def hints(where: Where) -> list[Command]:
    """The commands for the footer, most useful first; where a place has its own use of a key, only that."""
    own = {key for command in COMMANDS if command.where == where for key in command.keys}
    shown = [
        command
        for command in COMMANDS
        if command.footer
        and (
            command.where == where
            or (command.where == "anywhere" and where not in _APART and own.isdisjoint(command.keys))
        )
        and command.id not in _IDLE.get(where, ())
    ]
    return sorted(shown, key=lambda command: command.footer)


def _with_twins(keys: tuple[str, ...]) -> list[str]:
    found = []
    for key in keys:
        found.append(_key_name(key))
        if len(key) == 1:
            found.append(_key_name(chr(ord(key) + FULL_WIDTH)))
            if key in "[]":
                found.append(_key_name("【" if key == "[" else "】"))
    return found


_NAMED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "plus_sign": "plus",
    "hyphen_minus": "minus",
}


def _key_name(key: str) -> str:
    """A character as Textual names its key."""
    if len(key) > 1 or key.isalnum():
        return key
    name = unicodedata.name(key).lower().replace("-", "_").replace(" ", "_")
    return _NAMED.get(name, name)


_SHOWN = {
    "enter": "↵",
    "escape": "Esc",
    "space": "Space",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "backspace": "Backspace",
    "delete": "Del",
    "shift+tab": "Shift+Tab",
    "shift+right": "Shift+→",
    "shift+pageup": "Shift+PgUp",
    "shift+pagedown": "Shift+PgDn",
    "shift+left": "Shift+←",
}


def _shown(key: str) -> str:
    if key in _SHOWN:
        return _SHOWN[key]
    if key.startswith("ctrl+"):
        return "Ctrl+" + key[5:].upper()
    return key.upper() if len(key) > 1 else key


def key_table() -> str:
    """The README's table of keys, in Markdown."""
    places = {
        "anywhere": "everywhere",
        "lists": "in lists",
        "reader": "in the reader",
        "note": "on a footnote",
        "sheet": "in the cheat-sheet",
        "card": "on a whole card",
        "sources": "on the sources screen",
        "month": "on the month",
    }
    lines = ["| key | does | where |", "|---|---|---|"]
    for where, name in places.items():
        for command in COMMANDS:
            if command.where == where:
                keys = " ".join(f"`{key}`".replace("|", "\\|") for key in command.key_names().split())
                lines.append(f"| {keys} | {command.en} | {name} |")
    return "\n".join(lines)
