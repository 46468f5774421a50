"""The commands of the screens that are laid over the window: sources, month, search."""

from __future__ import annotations

from techdash.tui.commands.command import Command
from techdash.tui.commands.command import command as _c

COMMANDS: tuple[Command, ...] = (
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
            ("close", "q escape h left", "close", 11, "back|返回", "Back|返回"),
            ("jump", "; f12", "app.jump", 0, "", "Jump: a label on every row|跳转：为各行加标签"),
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
    *(
        _c(
            f"search_{name}",
            keys,
            action,
            *title.split("|"),
            where="search",
            footer=footer,
            short_en=short.partition("|")[0],
            short_zh=short.partition("|")[2],
        )
        for name, keys, action, footer, short, title in (
            ("open", "enter", "open", 1, "open|打开", "Open; q leads back here|打开（q 返回此处）"),
            ("down", "down ctrl+n", "step(1)", 2, "choose|选择", "Down|向下"),
            ("up", "up ctrl+p", "step(-1)", 0, "", "Up|向上"),
            ("page_down", "pagedown", "page(1)", 0, "", "Page down|下一页"),
            ("page_up", "pageup", "page(-1)", 0, "", "Page up|上一页"),
            ("keep", "ctrl+s", "keep", 3, "keep as a list|存为列表", "Keep as a list|存为列表"),
            ("export", "ctrl+o", "app.export", 0, "", "Export what is found|导出结果"),
            ("close", "escape", "close", 4, "back|返回", "Empty the line; then back|清空，再按返回"),
        )
    ),
)
