"""The words on screen, in English and Chinese, from one table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from techdash import days
from techdash.language import chosen
from techdash.text.clean import one_line

if TYPE_CHECKING:
    from techdash.tui.commands.keymap import Problem

_COMMAND = re.compile("‹([a-z_]+)›")

# ‹undo› stands for the first key of that command.
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
    "written_by": ("written by {model}", "由 {model} 撰写"),
    "lead_cut": ("The source cuts this short.", "来源在此截断。"),
    "no_items": ("The items come with the first refresh.", "条目在首次刷新后出现。"),
    "no_items_here": ("It has no items; its text opens with ↵.", "这一期没有条目，按 ↵ 打开正文。"),
    "section.muted": ("Muted", "已静音"),
    "rising": ("rising", "升温"),
    "usually": ("usually {n}", "平时 {n}"),
    "rising_title": ("Rising: {term}", "升温：{term}"),
    "rising_keys": (
        "Only what mentions {term}. ‹back› goes back to the whole day.",
        "只看提到 {term} 的条目，按 ‹back› 返回全天。",
    ),
    "taste_more": ("More of “{name}” from now on. ‹undo› undoes.", "以后多看“{name}”，按 ‹undo› 撤销。"),
    "taste_less": (
        "“{name}” is muted: it stands at the end of its day. ‹undo› undoes.",
        "已静音“{name}”：移到当天末尾，按 ‹undo› 撤销。",
    ),
    "taste_less_elsewhere": (
        "“{name}” is muted in what is from your sources. ‹undo› undoes.",
        "已在“来自你的订阅”中静音“{name}”，按 ‹undo› 撤销。",
    ),
    "taste_neither": (
        "“{name}” is neither wanted nor muted any more. ‹undo› undoes.",
        "“{name}”不再偏好或静音，按 ‹undo› 撤销。",
    ),
    "taste_nothing": (
        "+ and - are for an item: more or less of its kind.",
        "+ 和 - 用于条目：多看或少看这类内容。",
    ),
    "taste_already": ("All of this is said already; ‹why› shows it.", "这些都已设置，按 ‹why› 查看。"),
    "why": ("Why is this here?", "为什么在这里？"),
    "why_nothing": ("‹why› says of an item why it is here.", "‹why› 说明条目为什么在这里。"),
    "why.score": ("{n} of 100", "{n} 分（满分 100）"),
    "why.of": (" (of {n})", "（最高 {n}）"),
    "why.source": ("{source} has a weight of {weight}", "{source} 的权重为 {weight}"),
    "why.alone": ("one source has it", "只有一个来源"),
    "why.corroboration": ("{n} sources have it", "{n} 个来源都有"),
    "why.newest": ("as new as the day's newest", "当天最新"),
    "why.recency": ("{n} h before the day's newest", "比当天最新的早 {n} 小时"),
    "why.interest": ("of your interests: {name}", "符合你的兴趣：{name}"),
    "why.muted": ("you have muted {name}", "你已静音：{name}"),
    "why.no_interest": ("none of your interests", "不在你的兴趣之内"),
    "why.depth": (
        "what there is to read: {n} min, full text, code or paper",
        "可读内容：{n} 分钟，以及全文、代码或论文",
    ),
    "why.points": ("its points, among those of its source today", "在该来源当天的得分排名"),
    "why.featured": ("Featured: 60 or more, or three sources.", "精选：60 分以上，或三个来源。"),
    "why.rule": ("Featured by a rule of yours: {query}", "由你的规则选入精选：{query}"),
    "why.published": ("{source} chose it for its edition.", "由 {source} 选入其日报。"),
    "why.names": ("MORE OR LESS OF", "多看或少看"),
    "why.the_source": ("the source", "来源"),
    "why.liked": ("interest", "兴趣"),
    "why.less": ("muted", "已静音"),
    "why.keys": ("+ more   - less   Esc back", "+ 多看   - 少看   Esc 返回"),
    "why.trend": (
        "{term}: {n} today in {sources} sources, usually {usual}.",
        "{term}：今天 {n} 条，来自 {sources} 个来源，平时 {usual}。",
    ),
    "settings_read": ("config.toml was read again.", "已重新读取 config.toml。"),
    "styles_read": ("custom.tcss was read again.", "已重新读取 custom.tcss。"),
    "settings_kept": ("All stays as it was. {why}", "设置保持不变。{why}"),
    "no_theme": ("There is no theme “{name}”; did you mean “{near}”?", "没有主题“{name}”，是不是“{near}”？"),
    "notify": (
        "{n} new. Unread: digest {digest}, essays {essays}",
        "新到 {n} 条。未读：日报 {digest}，文章 {essays}",
    ),
    "preparing": ("Setting up your library …", "正在准备资料库……"),
    "no_cards": ("No card matches. Esc clears.", "没有匹配的条目，按 Esc 清除。"),
    "nothing_open": ("↵ opens what the cursor is on.", "按 ↵ 打开光标所在条目。"),
    "no_body": (
        "Only this much came with the feed. ‹full_text› fetches the page, ‹browser› opens it in the browser.",
        "订阅源只给了这些，按 ‹full_text› 获取全文，按 ‹browser› 在浏览器中打开。",
    ),
    "page_fetching": ("fetching the page …", "正在获取网页……"),
    "page_came": ("The text of the page is here.", "已换成网页全文。"),
    "page_same": ("The page has no more than is here already.", "网页没有更多内容。"),
    "feeds_own": (
        "The feed's own text; ‹full_text› brings back the page's.",
        "这是订阅源的原文，按 ‹full_text› 换回网页全文。",
    ),
    "page_here": ("This is the whole text already.", "这已经是全文。"),
    "page_failed": ("No full text: {why}", "没有得到全文：{why}"),
    "page_note.behind a password": (
        "The page is behind a password; this is its summary.",
        "网页有密码，这里是摘要。",
    ),
    "page_note.the rest is for subscribers": (
        "This is only the beginning: the rest is for subscribers.",
        "这只是开头，其余部分仅供订阅者阅读。",
    ),
    "page_note.cut short": ("The text is cut short here.", "正文在此不完整。"),
    "no_earlier_day": ("This is the first day.", "已是最早一天。"),
    "no_later_day": ("This is the latest day.", "已是最新一天。"),
    "skipped_days": ("No edition between {first} and {last}.", "{first} 与 {last} 之间没有日报。"),
    "no_today": ("No edition for today yet. The latest is {day}.", "今天还没有日报，最近一期是 {day}。"),
    "nothing_unread_at_all": ("Nothing unread. Enjoy your day.", "全部读完，祝你今天愉快。"),
    "day_done": (
        "Nothing unread on {day}. {next} has {n}. ‹next_unread› goes there.",
        "{day}没有未读，{next}还有 {n} 条，按 ‹next_unread› 前往。",
    ),
    "one_edition": ("This day has one edition.", "当天只有一份日报。"),
    "editions_apart": (
        "One edition at a time; ‹next_edition› shows the next, ‹turn_pages› all.",
        "逐份显示：‹next_edition› 看下一份，‹turn_pages› 看全部。",
    ),
    "editions_together": ("All editions of a day on one page.", "当天的日报同页显示。"),
    "exported": ("{name} is in {folder}.", "已导出 {name}，在 {folder}。"),
    "exported_beside": (
        "Yours stays; {name} is beside it in {folder}.",
        "你改过的未动，另存为 {name}，在 {folder}。",
    ),
    "exported_files": ("{n} files are in {folder}.", "已导出 {n} 个文件，在 {folder}。"),
    "exported_n_beside": (
        " {n} of them are beside those that you changed.",
        "其中 {n} 个另存，你改过的未动。",
    ),
    "export.prompt": ("Export", "导出"),
    "export.as": ("{what}: {format}", "{what}：{format}"),
    "export.markdown": ("Markdown", "Markdown"),
    "export.json": ("JSON", "JSON"),
    "export.epub": ("a book (EPUB)", "电子书（EPUB）"),
    "export.text": ("This text", "本文"),
    "export.day": ("{day}", "{day}"),
    "export.selection": ("{n} entries of {day}", "{day} 选出的 {n} 篇"),
    "export.search": ("What {query} finds", "搜索“{query}”的结果"),
    "export.later": ("Kept for later in the last 7 days", "近 7 天标为稍后再读的"),
    "pipe.prompt": ("Pipe the text to a command", "将正文交给命令"),
    "pipe.names": (" (also: {names})", "（或：{names}）"),
    "pipe.keys": (
        "↵ run   Esc leave   {url} stands for the address",
        "↵ 运行   Esc 离开   {url} 代表链接",
    ),
    "pipe.said_keys": ("Esc close", "Esc 关闭"),
    "pipe.nothing": ("There is no text here to pipe.", "这里没有可交给命令的正文。"),
    "pipe.nothing_typed": ("No command was typed.", "没有输入命令。"),
    "pipe.open_quote": ("A quote is left open: nothing was run.", "引号没有闭合，未运行。"),
    "pipe.running": ("{command} …", "{command}……"),
    "pipe.not_started": ("{command} can't be run: {why}.", "无法运行 {command}：{why}。"),
    "pipe.too_long": ("{command} took more than {n} s and was ended.", "{command} 超过 {n} 秒，已结束。"),
    "pipe.done": ("{command}:", "{command}："),
    "pipe.failed": ("{command} failed ({code}):", "{command} 失败（{code}）："),
    "quote.nothing": ("There is no paragraph here to quote.", "这里没有可引用的段落。"),
    "quote.copied": ("Quotation copied: {text}", "已复制引文：{text}"),
    "export_failed": ("Not exported: {why} ({path}).", "未能导出：{why}（{path}）。"),
    "nothing_to_export": ("There is nothing to export here.", "这里没有可导出的内容。"),
    "month_keys": (
        "↵ go   [ ] month   { } year   T today   Esc back",
        "↵ 前往   [ ] 换月   { } 换年   T 今天   Esc 返回",
    ),
    "no_edition": (
        "No edition yet. ‹refresh› refreshes, ‹add_source› adds a source.",
        "还没有日报，按 ‹refresh› 刷新，按 ‹add_source› 添加来源。",
    ),
    "no_edition_on": ("{day}: no edition", "{day}：没有日报"),
    "day_has": ("{day}: {counts}", "{day}：{counts}"),
    "today_is": ("today, {day}", "今天，{day}"),
    "place.month": ("On the month", "月历中"),
    "nothing_unread_here": ("Nothing unread in this list.", "此列表没有未读。"),
    "marked_read": ("Read. ‹undo› undoes.", "已读，按 ‹undo› 撤销。"),
    "marked_unread": ("Unread. ‹undo› undoes.", "未读，按 ‹undo› 撤销。"),
    "starred": ("Starred. ‹undo› undoes.", "已加星，按 ‹undo› 撤销。"),
    "unstarred": ("Star taken off. ‹undo› undoes.", "已取消加星，按 ‹undo› 撤销。"),
    "later": ("Kept for later. ‹undo› undoes.", "稍后再读，按 ‹undo› 撤销。"),
    "not_later": ("No longer kept for later. ‹undo› undoes.", "已移出稍后再读，按 ‹undo› 撤销。"),
    "marked_part": (
        "{part}: {n} marked read. ‹read_all› marks the day, ‹undo› undoes.",
        "{part}：已将 {n} 条标为已读，再按 ‹read_all› 标记当天，按 ‹undo› 撤销。",
    ),
    "marked_all": ("{n} marked read. ‹undo› undoes.", "已将 {n} 条标为已读，按 ‹undo› 撤销。"),
    "undone": ("Undone.", "已撤销。"),
    "redone": ("Redone.", "已重做。"),
    "muted": ("Muted: it is out of every list. ‹undo› undoes.", "已静音并移出所有列表，按 ‹undo› 撤销。"),
    "not_muted": ("No longer muted. ‹undo› undoes.", "已取消静音，按 ‹undo› 撤销。"),
    "n_marked_read": ("{n} marked read. ‹undo› undoes.", "已将 {n} 条标为已读，按 ‹undo› 撤销。"),
    "n_marked_unread": ("{n} marked unread. ‹undo› undoes.", "已将 {n} 条标为未读，按 ‹undo› 撤销。"),
    "n_starred": ("{n} starred. ‹undo› undoes.", "已为 {n} 条加星，按 ‹undo› 撤销。"),
    "n_unstarred": ("Star taken off {n}. ‹undo› undoes.", "已取消 {n} 条的星标，按 ‹undo› 撤销。"),
    "n_later": ("{n} kept for later. ‹undo› undoes.", "{n} 条稍后再读，按 ‹undo› 撤销。"),
    "n_not_later": ("{n} no longer kept for later. ‹undo› undoes.", "{n} 条已移出稍后再读，按 ‹undo› 撤销。"),
    "n_muted": (
        "{n} muted: they are out of every list. ‹undo› undoes.",
        "已静音 {n} 条并移出所有列表，按 ‹undo› 撤销。",
    ),
    "n_not_muted": ("{n} no longer muted. ‹undo› undoes.", "已取消 {n} 条的静音，按 ‹undo› 撤销。"),
    "tagged": ("Tagged {tags}. ‹undo› undoes.", "已加标签 {tags}，按 ‹undo› 撤销。"),
    "untagged": ("No longer tagged {tags}. ‹undo› undoes.", "已去掉标签 {tags}，按 ‹undo› 撤销。"),
    "n_tagged": ("{n} tagged {tags}. ‹undo› undoes.", "已为 {n} 条加标签 {tags}，按 ‹undo› 撤销。"),
    "n_untagged": (
        "{n} no longer tagged {tags}. ‹undo› undoes.",
        "已去掉 {n} 条的标签 {tags}，按 ‹undo› 撤销。",
    ),
    "n_entries": ("{n} entries", "{n} 条"),
    "tags_of": ("Tags of {title}", "标签：{title}"),
    "tags_hint": ("Words, with blanks between", "用空格分隔"),
    "tags_keys": ("↵ keep   Tab complete   Esc cancel", "↵ 保存   Tab 补全   Esc 取消"),
    "note_on": ("Your note on {title}", "笔记：{title}"),
    "note_on_one": ("A note is for one entry: Esc ends selecting.", "笔记只针对一条，按 Esc 结束选择。"),
    "editor_failed": ("{name} failed ({why}); the note is as it was.", "{name} 失败（{why}），笔记未改动。"),
    "selected": ("{n} selected", "已选 {n} 条"),
    "keys.selecting": ("Esc end", "Esc 结束"),
    "marked_above": ("{n} above marked read. ‹undo› undoes.", "已将以上 {n} 条标为已读，按 ‹undo› 撤销。"),
    "marked_below": ("{n} below marked read. ‹undo› undoes.", "已将以下 {n} 条标为已读，按 ‹undo› 撤销。"),
    "nothing_above": ("Nothing unread above.", "以上没有未读。"),
    "nothing_below": ("Nothing unread below.", "以下没有未读。"),
    "entries": ("Entries", "条目"),
    "place.search": ("In the search", "搜索中"),
    "search.hint": ("Search everything", "搜索全部"),
    "search.how": (
        'Words, "a phrase", -not, or; source: tag: is:unread has:note since:7d …',
        "词语、“短语”、-排除、or；source: tag: is:unread has:note since:7d ……",
    ),
    "search.none": ("Nothing was found. Fewer words find more.", "没有找到，减少词语试试。"),
    "search.saved": ("Kept", "已存搜索"),
    "search.last": ("Before", "最近搜索"),
    "search.name": ("Keep “{query}” as a list called", "将“{query}”存为列表，名称："),
    "search.name_keys": ("↵ keep   Esc cancel", "↵ 保存   Esc 取消"),
    "search.kept": (
        "{name} is a list of the essays room now. ‹undo› undoes.",
        "“{name}”已成为文章页的列表，按 ‹undo› 撤销。",
    ),
    "search.nothing_to_keep": ("Type what to look for first.", "请先输入要找的内容。"),
    "query.no_field": ("", "没有 {name}: 这个字段。"),
    "query.no_value": ("", "{name}: 后面需要一个值。"),
    "query.wrong_value": ("", "{name}: 不能是 {value}。"),
    "query.meant": ("", "是否指 {nearest}？"),
    "narrow.hint": ("Narrow this list", "筛选此列表"),
    "narrow.none": ("Nothing here matches. Esc shows all.", "没有匹配的条目，按 Esc 显示全部。"),
    "keys.narrow": (
        "↵ to the list   ↑ ↓ choose   ‹keep_search› keep as a list   Esc all",
        "↵ 转到列表   ↑ ↓ 选择   ‹keep_search› 存为列表   Esc 全部",
    ),
    "all_lists": ("All", "全部"),
    "no_lists": (
        "No list yet: ‹keep_search› keeps a search as one.",
        "还没有列表，‹keep_search› 可将搜索存为列表。",
    ),
    "no_list_here": ("This is the list of all essays.", "这是全部文章的列表。"),
    "list_rename": ("Rename the list {name}", "为列表 {name} 改名"),
    "list_renamed": (
        "The list is called {name} now. ‹undo› undoes.",
        "列表已改名为 {name}，按 ‹undo› 撤销。",
    ),
    "list_taken": ("There is a list called {name} already.", "已有名为 {name} 的列表。"),
    "list_removed": ("{name} is no list any more. ‹undo› undoes.", "已移除列表 {name}，按 ‹undo› 撤销。"),
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
    "sources_have_it": ("{n} sources", "{n} 个来源"),
    "also_in": ("also in {names}", "另见 {names}"),
    "split": ("Split: each of them stands by itself from now on.", "已拆分：此后各自成条。"),
    "split_nothing": ("Nothing to split: this is one entry.", "无可拆分：只有一个条目。"),
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
    "key_problem.preset": (
        "keys.preset is one of {known}, not {name}.",
        "keys.preset 只能是 {known}，不能是 {name}。",
    ),
    "key_problem.also": (
        "keys.also is a table of keys, not {value}.",
        "keys.also 应为按键表，不能是 {value}。",
    ),
    "key_problem.macros": (
        "keys.macros is a table: a key, and the commands it does; not {value}.",
        "keys.macros 应为表：按键及其命令；不能是 {value}。",
    ),
    "key_problem.command": ("keys: there is no command {name}.", "keys：没有命令 {name}。"),
    "key_problem.value": (
        "keys.{name} takes a key or a list of keys, not {value}.",
        "keys.{name} 应为一个按键或按键列表，不能是 {value}。",
    ),
    "key_problem.key": ("keys.{name}: {pressed} is no key.", "keys.{name}：没有按键 {pressed}。"),
    "key_problem.sent_as": (
        "keys.{name}: terminals send {pressed} as {other}.",
        "keys.{name}：终端把 {pressed} 当作 {other} 发送。",
    ),
    "key_problem.clash": (
        "keys.{name}: {pressed} is taken by {holder}; it keeps {kept}.",
        "keys.{name}：{pressed} 已被 {holder} 使用；仍用 {kept}。",
    ),
    "key_problem.macro_value": (
        "keys.macros: {pressed} takes a list of commands, not {value}.",
        "keys.macros：{pressed} 应为命令列表，不能是 {value}。",
    ),
    "key_problem.macro_command": (
        "keys.macros: {pressed} names {name}, which is no command.",
        "keys.macros：{pressed} 中的 {name} 不是命令。",
    ),
    "key_problem.macro_clash": (
        "keys.macros: {pressed} is taken by {holder}.",
        "keys.macros：{pressed} 已被 {holder} 使用。",
    ),
    "key_problem_near": (" Did you mean {near}?", "是否指 {near}？"),
    "key_problems_more": (
        " (and {n} more: techdash doctor names them)",
        "（另有 {n} 处，见 techdash doctor）",
    ),
    "not_here": ("Not here: {command}.", "此处无法执行：{command}。"),
    "place.anywhere": ("Everywhere", "各处"),
    "place.lists": ("In lists", "列表中"),
    "place.reader": ("In the reader", "阅读时"),
    "place.note": ("On a footnote", "脚注中"),
    "place.sheet": ("In the cheat-sheet", "速查表中"),
    "place.card": ("On a whole card", "整张卡片中"),
    "keys.finder": (
        "↵ copy   ↑ ↓ choose   Ctrl+Y example   Tab more keys   Esc clear",
        "↵ 复制   ↑ ↓ 选择   Ctrl+Y 示例   Tab 更多按键   Esc 清除",
    ),
    "keys.fill": (
        "↵ copy   Tab next   ↑ ↓ what may stand there   Esc leave",
        "↵ 复制   Tab 下一处   ↑ ↓ 换可选值   Esc 离开",
    ),
    "keys.card": (
        "↵ copy   ↑ ↓ scroll   q back   y example   e note   s star",
        "↵ 复制   ↑ ↓ 滚动   q 返回   y 示例   e 笔记   s 加星",
    ),
    "keys.card_note": ("Ctrl+S or Esc: keep and go back", "Ctrl+S 或 Esc：保存并返回"),
    "card.starred": ("Starred", "已加星"),
    "card.removed": ("removed", "已移除"),
    "card.removed_in": ("Removed in {version}", "已在 {version} 移除"),
    "card.is_removed": ("Removed", "已移除"),
    "card.also": ("also", "也叫"),
    "card.more": ("… → shows {n} more lines", "……按 → 查看其余 {n} 行"),
    "card.page": ("↵ opens it.", "按 ↵ 打开。"),
    "card.no_example": (
        "There is no example here. ↵ copies the command.",
        "这里没有示例，按 ↵ 复制命令。",
    ),
    "card.news": ("{n} changes since {day}, newest {version}", "{day} 之后有 {n} 处变化，最新版本 {version}"),
    "card.news_about": ("↵ goes to {name}.", "按 ↵ 转到 {name}。"),
    "card.news_opens": ("↵ opens what tells it.", "按 ↵ 打开出处。"),
    "card.no_news": ("Nothing is known that is newer than the sheet.", "没有比速查表更新的变化。"),
    "card.nothing": ("There is nothing to copy here.", "这里没有要复制的内容。"),
    "card.note": ("Your note on {name}", "{name} 的笔记"),
    "card.note_keys": ("Ctrl+S keeps it, Esc too", "Ctrl+S 保存，Esc 亦然"),
    "card.noted": ("Note kept. ‹undo› undoes.", "笔记已保存，按 ‹undo› 撤销。"),
    "card.note_gone": ("Note removed. ‹undo› undoes.", "笔记已删除，按 ‹undo› 撤销。"),
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
        "picture: reading it failed; ‹pictures› twice tries again",
        "图片：读取失败，按两次 ‹pictures› 重试",
    ),
    "pictures_shown": (
        "Pictures are shown. ‹picture›: one on the whole screen.",
        "显示图片；按 ‹picture› 全屏看一张。",
    ),
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
    "failing_sign": ("{n} failing", "{n} 个失败"),
    "sources": ("Sources", "来源"),
    "sources.count": ("{n} subscribed", "已订阅 {n} 个"),
    "sources.trouble": ("Failing", "失败"),
    "sources.filter": ("Type to narrow", "输入以筛选"),
    "sources.none": ("No source yet. ‹source_add› adds one.", "还没有来源，按 ‹source_add› 添加。"),
    "sources.no_match": ("No source matches. Esc clears.", "没有匹配的来源，按 Esc 清除。"),
    "sources.filter_keys": ("↑ ↓ choose   ↵ keep   Esc clear", "↑ ↓ 选择   ↵ 确定   Esc 清除"),
    "sources.detail_keys": ("↑ ↓ scroll   Esc back to the list", "↑ ↓ 滚动   Esc 返回列表"),
    "column.title": ("source", "来源"),
    "column.unread": ("unread/all", "未读/全部"),
    "column.last": ("last", "上次"),
    "column.next": ("next", "下次"),
    "kind.digest": ("Digests", "日报"),
    "kind.essay": ("Essays", "长文"),
    "kind.article": ("Articles", "文章"),
    "kind.social": ("Posts", "动态"),
    "kind.github": ("GitHub", "开源"),
    "kind.podcast": ("Podcasts", "播客"),
    "kind.paper": ("Papers", "论文"),
    "kind.cheatsheet": ("Cheat-sheets", "速查"),
    "standing.ok": ("ok", "正常"),
    "standing.new": ("new", "未取"),
    "standing.failing": ("failing", "失败"),
    "standing.gone": ("gone", "消失"),
    "standing.off": ("off", "停用"),
    "standing.waiting": ("waiting", "等待"),
    "standing.moved": ("moved", "迁址"),
    "standing.untidy": ("untidy", "有瑕疵"),
    "standing.asking": ("asking", "询问中"),
    "advice.again": (
        "A fault at its server; it is tried again by itself.",
        "对方服务器出错，会自动重试。",
    ),
    "advice.login": (
        (
            "It keeps readers out. "
            "‹source_site› opens the site to look for another feed, ‹source_switch› switches it off."
        ),
        "对方拒绝访问。按 ‹source_site› 打开网站另找订阅地址，按 ‹source_switch› 停用。",
    ),
    "advice.missing": (
        "The feed is no longer there. ‹source_site› opens the site, ‹source_add› adds its new address.",
        "订阅地址已失效。按 ‹source_site› 打开网站，按 ‹source_add› 添加新地址。",
    ),
    "advice.no_feed": (
        (
            "Its address gives no feed any more. "
            "‹source_site› opens the site, ‹source_add› finds the feed behind a page."
        ),
        "该地址不再提供订阅。按 ‹source_site› 打开网站，按 ‹source_add› 从网页找到订阅地址。",
    ),
    "advice.certificate": (
        "Only its owner can mend the certificate; nothing is fetched without one.",
        "证书只能由对方修复；没有有效证书就不会读取。",
    ),
    "advice.address": (
        (
            "Its address leads nowhere. If others work, add (‹source_add›) its new one; "
            "‹source_site› opens the site."
        ),
        "地址无法到达。若其他来源正常，按 ‹source_add› 添加新地址，按 ‹source_site› 打开网站。",
    ),
    "advice.large": (
        "It sends more than techdash takes from one source. ‹source_switch› switches it off.",
        "内容超过单个来源的上限。按 ‹source_switch› 停用。",
    ),
    "advice.file": (
        "Put the file or folder back, or remove the source with ‹source_remove›.",
        "请把文件或文件夹放回原处，或按 ‹source_remove› 移除。",
    ),
    "advice.bug": (
        "What it sent could not be read. It is tried again by itself.",
        "收到的内容无法读取，会自动重试。",
    ),
    "advice.gone": (
        "‹source_revive› tries it once again, ‹source_remove› removes it.",
        "已不再询问。按 ‹source_revive› 再试一次，按 ‹source_remove› 移除。",
    ),
    "advice.waiting": (
        "Its server asked to be left alone; that is kept to.",
        "对方服务器要求稍候，techdash 会照办。",
    ),
    "advice.moving": (
        "It is read where it is now. Nothing need be done.",
        "目前仍可读取，无需处理。",
    ),
    "advice.moved": (
        "‹source_undo_move› goes back to its former address.",
        "按 ‹source_undo_move› 恢复原地址。",
    ),
    "advice.untidy": (
        "What can be read of it is here. Nothing need be done.",
        "能读到的都在这里，无需处理。",
    ),
    "advice.new": (
        "It has not been asked yet. ‹source_refresh› asks it now.",
        "尚未询问，按 ‹source_refresh› 立即询问。",
    ),
    "advice.off": ("It is not asked. ‹source_switch› switches it on.", "已停用，按 ‹source_switch› 启用。"),
    "reason.connect": ("", "无法连接服务器。"),
    "reason.timeout": ("", "服务器响应太慢。"),
    "reason.dns": ("", "找不到该域名。"),
    "reason.certificate": ("", "证书无效。"),
    "reason.protocol": ("", "服务器的回答不合协议。"),
    "reason.decode": ("", "内容压缩有误。"),
    "reason.truncated": ("", "内容中途断开。"),
    "reason.redirect": ("", "重定向有误。"),
    "reason.private": ("", "公网页面引向内网地址，未跟随。"),
    "reason.too-large": ("", "内容太大。"),
    "reason.http": ("", "服务器返回 {http}。"),
    "reason.wait": ("", "服务器要求稍候。"),
    "reason.file": ("", "无法读取文件。"),
    "reason.html": ("", "收到的是网页而不是订阅内容。"),
    "reason.other": ("", "收到的不是订阅内容。"),
    "pace.own": ("as you set it", "按你的设置"),
    "pace.server": ("as its server asks", "按服务器的要求"),
    "pace.feed": ("as its feed asks", "按订阅内容的要求"),
    "pace.bare": ("its server always sends the whole", "服务器每次都发送全部内容"),
    "pace.quiet": ("it has been quiet", "近来更新少"),
    "pace.failing": ("longer while it fails", "失败期间逐渐延长"),
    "pace.usual": ("as usual", "默认"),
    "fact.address": ("address", "地址"),
    "fact.former": ("before", "原地址"),
    "fact.moving": ("moving to", "迁往"),
    "fact.site": ("site", "网站"),
    "fact.kind": ("kind", "类型"),
    "fact.entries": ("entries", "条目"),
    "fact.last": ("last read", "上次成功"),
    "fact.asked": ("last asked", "上次询问"),
    "fact.newest": ("last new", "最近更新"),
    "fact.next": ("next", "下次询问"),
    "fact.pace": ("every", "间隔"),
    "fact.http": ("answer", "回答"),
    "fact.failures": ("failures", "连续失败"),
    "fact.cut": ("note", "备注"),
    "unread_of": ("{unread} unread of {total}", "{total} 条，未读 {unread}"),
    "failures_since": ("{n} in a row, since {when}", "{n} 次，自 {when} 起"),
    "joined": ("{first}, {second}", "{first}，{second}"),
    "never": ("never", "从未"),
    "now": ("now", "现在"),
    "minutes_short": ("{n} min", "{n} 分"),
    "hours_short": ("{n} h", "{n} 小时"),
    "days_short": ("{n} d", "{n} 天"),
    "ago": ("{time} ago", "{time}前"),
    "ahead": ("in {time}", "{time}后"),
    "waits_until": ("not before {when}", "不早于 {when}"),
    "asked_source": ("Asking {title} …", "正在询问 {title}……"),
    "switched_on": (
        "{title} is asked again. ‹source_undo› undoes.",
        "已启用 {title}，按 ‹source_undo› 撤销。",
    ),
    "switched_off": (
        "{title} is asked no more. ‹source_undo› undoes.",
        "已停用 {title}，按 ‹source_undo› 撤销。",
    ),
    "renamed": ("Renamed to {title}. ‹source_undo› undoes.", "已改名为 {title}，按 ‹source_undo› 撤销。"),
    "kind_changed": ("{title}: {kind}. ‹source_undo› undoes.", "{title}：{kind}，按 ‹source_undo› 撤销。"),
    "removed": (
        "{title} is removed. ‹source_undo› brings all of it back.",
        "已移除 {title}，按 ‹source_undo› 全部恢复。",
    ),
    "revived": ("{title} is asked once more.", "再次询问 {title}。"),
    "move_undone": ("{title} is back at its former address.", "{title} 已恢复原地址。"),
    "key.switch_off": ("off", "停用"),
    "key.switch_on": ("on", "启用"),
    "source_off": (
        "{title} is off; ‹source_switch› switches it on.",
        "{title} 已停用，按 ‹source_switch› 启用。",
    ),
    "source_gone": (
        "{title} is gone; ‹source_revive› tries it once more.",
        "{title} 已消失，按 ‹source_revive› 再试一次。",
    ),
    "rename_prompt": ("Rename {title}", "为 {title} 改名"),
    "kind_prompt": ("What {title} brings", "{title} 的类型"),
    "rename_keys": ("↵ rename   Esc cancel", "↵ 改名   Esc 取消"),
    "choose_keys": ("↑ ↓ choose   ↵ take   Esc cancel", "↑ ↓ 选择   ↵ 确定   Esc 取消"),
    "add_prompt": ("Add a source", "添加来源"),
    "add_hint": (
        "A feed, a site, @user@host, or the path of a file or folder",
        "订阅地址、网站、@user@host，或文件、文件夹的路径",
    ),
    "add_keys": ("↵ add   Esc cancel", "↵ 添加   Esc 取消"),
    "add_looking": ("Looking at {address} …", "正在查看 {address}……"),
    "add_several": ("There are several; choose one.", "找到多个，请选择。"),
    "add_failed": ("Adding did not work; {path} says why.", "添加失败，原因见 {path}。"),
    "added": ("Subscribed to {title}.", "已订阅 {title}。"),
    "export_how": (
        "In a shell: techdash sources export > sources.opml",
        "在终端运行：techdash sources export > sources.opml",
    ),
    "import_how": (
        "In a shell: techdash sources import FILE.opml",
        "在终端运行：techdash sources import FILE.opml",
    ),
    "place.sources": ("On the sources screen", "来源页中"),
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

    def __init__(self, language: str = "auto", dates: str = "auto") -> None:
        self.language = chosen(language)
        self.dates = dates
        # the first key of each command where they aren't as they come
        self.keys: dict[str, str] = {}

    def __call__(self, key: str, **values: object) -> str:
        """The words for ``key`` with ``values`` put in; values are plain text, never a format."""
        text = _WORDS[key][self.language == "zh"]
        if "‹" in text:
            text = _COMMAND.sub(lambda found: self._key_of(found[1], braced=bool(values)), text)
        return text.format(**values) if values else text

    def _key_of(self, name: str, *, braced: bool) -> str:
        """The first key of a command; in a text that values are put into, ``braced`` as text there."""
        if not self.keys:
            from techdash.tui.commands import COMMANDS, first_keys

            self.keys = first_keys(COMMANDS)
        shown = self.keys[name]
        return shown.replace("{", "{{").replace("}", "}}") if braced else shown

    def key_problem(self, problem: Problem) -> str:
        """What of the reader's own keys can't be done, in a sentence."""
        said = self(f"key_problem.{problem.kind}", **problem.values)
        near = problem.values.get("near")
        return one_line(said + self("key_problem_near", near=near) if near else said)

    def knows(self, key: str) -> bool:
        """Whether there are words for a key."""
        return key in _WORDS

    def weekday(self, day: str) -> str:
        """``Tue`` or ``周二``."""
        number = days.parse(day).weekday()
        return f"周{_HAN_WEEKDAYS[number]}" if self.language == "zh" else _WEEKDAYS[number]

    def month(self, day: str) -> str:
        """``May 2026`` or ``2026年5月``."""
        date = days.parse(day)
        if self.language == "zh":
            return f"{date.year}年{date.month}月"
        return f"{_FULL_MONTHS[date.month - 1]} {date.year}"

    def weekdays(self) -> Sequence[str]:
        """The days of a week from Monday, as short as they come."""
        return _HAN_WEEKDAYS if self.language == "zh" else _WEEKDAYS

    def short_day(self, day: str) -> str:
        """``12 May`` or ``5月12日``; as configured ``05-12`` or ``May 12``."""
        date = days.parse(day)
        if self.dates == "iso":
            return f"{date:%m-%d}"
        if self.language == "zh":
            return f"{date.month}月{date.day}日"
        month = _MONTHS[date.month - 1]
        return f"{month} {date.day}" if self.dates == "us" else f"{date.day} {month}"

    def day(self, day: str) -> str:
        """``12 May 2026`` or ``2026年5月12日``; as configured ``2026-05-12`` or ``May 12, 2026``."""
        date = days.parse(day)
        if self.dates == "iso":
            return date.isoformat()
        if self.language == "zh":
            return f"{date.year}年{date.month}月{date.day}日"
        return f"{self.short_day(day)}{',' if self.dates == 'us' else ''} {date.year}"

    def long_day(self, day: str) -> str:
        """``Tuesday 12 May`` or ``5月12日 星期二``; as configured with ``2026-05-12`` or ``May 12``."""
        date = days.parse(day)
        written = date.isoformat() if self.dates == "iso" else self.short_day(day)
        if self.language == "zh":
            return f"{written} 星期{_HAN_WEEKDAYS[date.weekday()]}"
        weekday, month = _FULL_WEEKDAYS[date.weekday()], _FULL_MONTHS[date.month - 1]
        if self.dates == "iso":
            return f"{weekday} {written}"
        return f"{weekday}, {month} {date.day}" if self.dates == "us" else f"{weekday} {date.day} {month}"

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
