"""What is said of a set-up, in English and Chinese, as cards of a sheet."""

from __future__ import annotations

from collections.abc import Iterable

from techdash.models.parsed import OwnCard
from techdash.models.setup import Part, Saying

SHEET, SHEET_ZH = "On this machine", "本机"

_DOCS = "https://code.claude.com/docs/en/"
# Section in both languages, and the page of the documentation.
_KINDS: dict[str, tuple[str, str, str]] = {
    "file": ("Broken files", "有问题的文件", "settings"),
    "command": ("Commands", "命令", "skills"),
    "skill": ("Skills", "技能", "skills"),
    "agent": ("Subagents", "子代理", "sub-agents"),
    "hook": ("Hooks", "钩子", "hooks"),
    "server": ("MCP servers", "MCP 服务器", "mcp"),
    "plugin": ("Plugins", "插件", "plugins-reference"),
    "style": ("Output styles", "输出样式", "output-styles"),
    "key": ("Key bindings", "快捷键", "keybindings"),
    "rule": ("Permission rules", "权限规则", "permissions"),
}
_LEVELS = {
    "managed": ("your organisation's", "组织下发"),
    "user": ("your own", "个人"),
    "project": ("the project's", "项目"),
    "local": ("your own in this project", "个人在本项目中"),
}
_FROM = ("From {path}, {level}.", "来自 {path}（{level}）。")

_WORDS: dict[str, tuple[str, str]] = {
    # files
    "absent": ("It was there a moment ago and is gone.", "刚才还在，现在没有了。"),
    "bad_json": (
        "Line {line} is no valid JSON, so the file doesn't count; comments and trailing commas are errors.",
        "第 {line} 行不是合法的 JSON，整个文件都不生效；注释和末尾逗号也算错误。",
    ),
    "not_object": (
        "The file holds no JSON object of the expected form.",
        "文件内容不是预期形式的 JSON 对象。",
    ),
    "not_object_key": ("“{key}” is no JSON object.", "“{key}”不是 JSON 对象。"),
    "not_list": ("“{key}” is no JSON array.", "“{key}”不是 JSON 数组。"),
    "not_utf8": ("The file is not UTF-8.", "文件不是 UTF-8 编码。"),
    "too_deep": ("The JSON is nested too deeply to be read.", "JSON 嵌套过深，无法读取。"),
    "unreadable": ("It can't be read: permission is missing.", "无法读取：没有权限。"),
    "no_file": ("It is no regular file.", "不是普通文件。"),
    "no_folder": ("There is a file where a folder is expected.", "这里应当是文件夹，却是一个文件。"),
    "too_large": ("It has {size}; no more than {most} is read here.", "大小为 {size}，这里最多读取 {most}。"),
    "too_many": (
        "There are more than {most} files; the rest isn't shown.",
        "文件超过 {most} 个，其余未显示。",
    ),
    "too_many_parts": (
        "There are more than {most} parts; the rest isn't shown.",
        "超过 {most} 项，其余未显示。",
    ),
    "too_deep_folder": ("Folders below level {most} aren't read.", "第 {most} 层以下的文件夹不读取。"),
    "loop": ("A symbolic link leads back to itself.", "符号链接形成了循环。"),
    "dangling": ("A symbolic link leads to nothing.", "符号链接指向的目标不存在。"),
    "servers_in_settings": (
        "“mcpServers” isn't read from a settings file: it belongs into .mcp.json or ~/.claude.json.",
        "设置文件里的“mcpServers”不会被读取，应放在 .mcp.json 或 ~/.claude.json。",
    ),
    "no_servers": (
        "There is no “mcpServers” in it, so it defines no server.",
        "没有“mcpServers”，因此未定义任何服务器。",
    ),
    # front matter
    "front_open": (
        "Its front matter isn't closed: a line with --- is missing.",
        "front matter 没有结束：缺少一行 ---。",
    ),
    "front_line": (
        "Line {line} of its front matter is no valid YAML.",
        "front matter 第 {line} 行不是合法的 YAML。",
    ),
    "no_front": (
        "It has no front matter, so Claude has no description to go by.",
        "没有 front matter，Claude 没有描述可供判断。",
    ),
    "no_description": (
        "It has no description: Claude goes by its first paragraph.",
        "没有 description：Claude 只能依据正文第一段判断。",
    ),
    "no_skill_file": ("The folder has no SKILL.md, so it is no skill.", "文件夹里没有 SKILL.md，不算技能。"),
    "agent_no_front": (
        "It has no front matter with name and description, so Claude Code skips it.",
        "没有写明 name 和 description 的 front matter，Claude Code 会跳过它。",
    ),
    "agent_no_name": (
        "It has no name, so Claude Code takes it for documentation and skips it.",
        "没有 name，Claude Code 会把它当作说明文档跳过。",
    ),
    "agent_bad_name": (
        "A name may not begin with - or hold a colon, so Claude Code skips it.",
        "name 不能以 - 开头，也不能含冒号，Claude Code 会跳过它。",
    ),
    "agent_no_description": (
        "It has no description, so Claude Code skips it.",
        "没有 description，Claude Code 会跳过它。",
    ),
    "no_style": ("There is no output style of this name.", "没有这个名称的输出样式。"),
    "first_paragraph": ("No description: its first paragraph serves as one.", "没有描述，以正文第一段代替。"),
    "only_you": ("Only you can start it.", "只能由你启动。"),
    "only_claude": ("Only Claude starts it.", "只由 Claude 启动。"),
    "own_hooks": ("It brings hooks of its own.", "自带钩子。"),
    "field": ("{field}: {value}.", "{field}：{value}。"),
    "style_chosen": ("In use.", "正在使用。"),
    # programs
    "no_program": ("The command {program} isn't found on PATH.", "在 PATH 中找不到命令 {program}。"),
    "no_such_program": ("{program} does not exist.", "{program} 不存在。"),
    "not_executable": (
        "{program} is not executable: chmod +x makes it so.",
        "{program} 没有执行权限，可用 chmod +x 添加。",
    ),
    "program_is_folder": ("{program} is a folder.", "{program} 是文件夹。"),
    # hooks
    "event": ("There is no event {event}.", "没有 {event} 这个事件。"),
    "event_like": (
        "There is no event {event}; {like} is like it.",
        "没有 {event} 这个事件，是否应为 {like}？",
    ),
    "hook_groups": ("An event holds an array of groups.", "事件的值应为分组数组。"),
    "hook_shape": (
        "A group needs “hooks”, an array of what is run.",
        "每个分组都需要“hooks”数组，列出要执行的内容。",
    ),
    "hook_matcher": ("“matcher” is no text.", "“matcher”不是字符串。"),
    "hook_handler": ("A hook is no JSON object.", "钩子不是 JSON 对象。"),
    "hook_type": (
        "There is no type {type}; there are command, http, mcp_tool, prompt and agent.",
        "没有 {type} 这种类型，可用的有 command、http、mcp_tool、prompt、agent。",
    ),
    "hook_no_type": ("A hook has no “type”.", "钩子缺少“type”。"),
    "hook_no_command": ("It has no “command”.", "缺少“command”。"),
    "hook_no_address": ("It has no “url”.", "缺少“url”。"),
    "hook_no_tool": ("It names no “server” and “tool”.", "没有写明“server”和“tool”。"),
    "hook_no_prompt": ("It has no “prompt”.", "缺少“prompt”。"),
    "matcher": ("For {matcher}.", "针对 {matcher}。"),
    "hook_if": ("Only if {rule}.", "仅当 {rule}。"),
    "runs": ("Runs {program}.", "运行 {program}。"),
    "posts": ("Posts to {address}.", "发送到 {address}。"),
    "calls": ("Calls {tool}.", "调用 {tool}。"),
    "asks": ("Asks a model ({type}).", "询问模型（{type}）。"),
    "headers": ("Headers, values hidden: {names}.", "请求头（值已隐藏）：{names}。"),
    # servers
    "server_object": ("A server is no JSON object.", "服务器条目不是 JSON 对象。"),
    "server_type": ("There is no type {type}: {like}.", "没有 {type} 这种类型：{like}。"),
    "server_no_address": ("It has no “url”.", "缺少“url”。"),
    "server_no_type": (
        "It has a “url” but no “type”, so Claude Code skips it: add http, sse or ws.",
        "有“url”却没有“type”，Claude Code 会跳过它：请补上 http、sse 或 ws。",
    ),
    "server_no_command": ("It has neither “command” nor “url”.", "既没有“command”也没有“url”。"),
    "server_reserved": (
        "The name is one of Claude Code's own, so the server is skipped: rename it.",
        "这个名称由 Claude Code 保留，服务器会被跳过，请改名。",
    ),
    "server_at": ("{type}, {address}.", "{type}，{address}。"),
    "starts": ("Starts {program}.", "启动 {program}。"),
    "arguments": ("Arguments, hidden: {n}.", "参数 {n} 个（已隐藏）。"),
    "variables": ("Variables, values hidden: {names}.", "环境变量（值已隐藏）：{names}。"),
    # keys
    "keys_shape": ("“bindings” is no JSON array.", "“bindings”不是 JSON 数组。"),
    "keys_block": ("A block needs “context” and “bindings”.", "每一组都需要“context”和“bindings”。"),
    "context": ("There is no such context.", "没有这个 context。"),
    "context_like": (
        "There is no context {context}; {like} is like it.",
        "没有 {context} 这个 context，是否应为 {like}？",
    ),
    "key_reserved": ("The key is reserved and can't be bound.", "这是保留按键，不能绑定。"),
    "key_action": (
        "An action is written as namespace:action, or null.",
        "动作应写成 namespace:action 或 null。",
    ),
    "key_twice": ("It is bound twice in {context}.", "在 {context} 中绑定了两次。"),
    "key_does": ("{action} in {context}.", "在 {context} 中：{action}。"),
    "key_unbound": ("Unbound in {context}.", "在 {context} 中已取消绑定。"),
    # rules
    "rule_deny": ("Denied.", "拒绝。"),
    "rule_ask": ("Asked about.", "需询问。"),
    "rule_allow": ("Allowed.", "允许。"),
    "rule_text": ("A rule is no text.", "规则不是字符串。"),
    "rule_empty": ("The rule is empty.", "规则为空。"),
    "rule_form": (
        "A rule is written as Tool or Tool(specifier), and its bracket closed.",
        "规则应写成 Tool 或 Tool(specifier)，括号须成对。",
    ),
    "rule_no_content": (
        "There is nothing between its brackets: {tool} alone is for all uses.",
        "括号里没有内容：只写 {tool} 就表示全部用法。",
    ),
    "rule_allow_glob": (
        "An allow rule may have * in its tool only after mcp__server__, so it is skipped.",
        "允许规则的工具名只能在 mcp__server__ 之后用 *，这条会被跳过。",
    ),
    "rule_tool": ("There is no tool {tool}; {like} is like it.", "没有 {tool} 这个工具，是否应为 {like}？"),
    "rule_unknown_tool": ("There is no tool {tool}.", "没有 {tool} 这个工具。"),
    "rule_field": (
        "{tool} can't be matched by {field}, so the rule is ignored.",
        "{tool} 不能按 {field} 匹配，这条规则会被忽略。",
    ),
    "rule_path": (
        "Paths of {tool} are never looked at: write {instead}(…).",
        "{tool} 的路径规则不会被检查，请改写为 {instead}(…)。",
    ),
    "rule_address": ("It is matched by host: WebFetch(domain:…).", "应按域名匹配：WebFetch(domain:…)。"),
    "rule_colon": (
        ":* stands for the rest only at the end of a rule.",
        ":* 只有放在规则末尾才表示任意后续内容。",
    ),
    # plugins
    "plugin_on": ("Turned on.", "已启用。"),
    "plugin_value": ("Its value is neither true nor false.", "值既不是 true 也不是 false。"),
    "plugin_name": ("A plugin is named as plugin@marketplace.", "插件应写成 plugin@marketplace。"),
    # why a part has no effect
    "skill_first": (
        "Shadowed by {by}: a skill comes before a command of its name.",
        "被 {by} 覆盖：同名时技能优先于命令。",
    ),
    "skill_level": (
        "Shadowed by {by}: the organisation's skills come first, then your own, then the project's.",
        "被 {by} 覆盖：同名技能的顺序是组织、个人、项目。",
    ),
    "agent_level": (
        "Shadowed by {by}: the organisation's subagents come first, then the project's, then your own.",
        "被 {by} 覆盖：同名子代理的顺序是组织、项目、个人。",
    ),
    "style_level": (
        "Shadowed by {by}: the organisation's styles come first, then the project's, then your own.",
        "被 {by} 覆盖：同名样式的顺序是组织、项目、个人。",
    ),
    "nearest": (
        "Shadowed by {by}: the nearest to where Claude Code is started counts.",
        "被 {by} 覆盖：离启动目录最近的那个生效。",
    ),
    "either": (
        "{by} has the same name, and no rule says which of the two counts: rename one.",
        "{by} 与它同名，没有规则说明哪个生效，请给其中一个改名。",
    ),
    "server_level": (
        "Shadowed by {by}: your own in this project come first, then the project's, then your own.",
        "被 {by} 覆盖：同名服务器的顺序是个人在本项目中、项目、个人。",
    ),
    "servers_managed": (
        "Not used: {by} lays down which servers there are.",
        "未使用：{by} 规定了可用的服务器。",
    ),
    "server_off": ("Turned off in this project.", "已在本项目中关闭。"),
    "skill_off": ("Turned off by skillOverrides in {by}.", "已被 {by} 里的 skillOverrides 关闭。"),
    "hook_same": ("The same is in {by}: it runs once.", "{by} 里有相同的钩子，只运行一次。"),
    "hooks_off": ("Turned off by disableAllHooks in {by}.", "已被 {by} 里的 disableAllHooks 关闭。"),
    "hooks_managed_only": (
        "Turned off: {by} allows the organisation's hooks only.",
        "已关闭：{by} 只允许组织下发的钩子。",
    ),
    "rule_same": ("The same rule is in {by}.", "{by} 里有相同的规则。"),
    "rule_after": (
        "Without effect: {list} in {by} is looked at before.",
        "不起作用：{by} 里的 {list} 先被检查。",
    ),
    "setting_first": ("Shadowed by {by}, which comes before.", "被优先级更高的 {by} 覆盖。"),
    "plugin_off": ("Turned off.", "已停用。"),
}
# What people type to find these cards.
_ALSO = "my setup, this machine, 本机, 我的配置"
_ALSO_BROKEN = "broken, wrong, error, 损坏, 有问题, 出错"
_ALSO_UNUSED = "shadowed, unused, 被覆盖, 未生效"


def words_of(saying: Saying) -> tuple[str, str]:
    """A saying in English and in Chinese."""
    english, chinese = _WORDS[saying.what]
    return english.format(**saying.values), chinese.format(**saying.values)


def cards(parts: Iterable[Part]) -> list[OwnCard]:
    """The parts as cards: first what is broken or has no effect, then what it does, then where it stands."""
    return [_card(part) for part in parts]


def _card(part: Part) -> OwnCard:
    section, section_zh, page = _KINDS[part.kind]
    unused = () if part.unused is None else (part.unused,)
    matters = [words_of(saying) for saying in (*part.faults, *unused)]
    does = [(part.text, part.text)] if part.text else []
    does += [words_of(saying) for saying in part.facts]
    level, level_zh = _LEVELS[part.level]
    where = _FROM[0].format(path=part.path, level=level), _FROM[1].format(path=part.path, level=level_zh)
    first, rest = (matters, [*does, where]) if matters else (does, [where])
    broken = tuple(words_of(fault)[0] for fault in part.faults)
    also = [_ALSO, *([_ALSO_BROKEN] if broken else []), *([_ALSO_UNUSED] if unused else [])]
    return OwnCard(
        sheet=SHEET,
        sheet_zh=SHEET_ZH,
        section=section,
        section_zh=section_zh,
        item=part.syntax or part.name,
        syntax=part.syntax,
        text=_joined(one for one, _ in first),
        text_zh=_joined((other for _, other in first), chinese=True),
        note=_joined(one for one, _ in rest),
        note_zh=_joined((other for _, other in rest), chinese=True),
        also=", ".join(also),
        source=_DOCS + page,
        level=part.level,
        path=part.path,
        shadowed_by=str(part.unused.values.get("by", "")) if part.unused is not None else "",
        broken=broken,
        unused=part.unused is not None,
    )


def _joined(sentences: Iterable[str], *, chinese: bool = False) -> str:
    """Sentences one after the other; what comes from a file may end without a full stop."""
    parts = [sentence for sentence in sentences if sentence]
    closed = [
        part if part[-1] in ".。?？!！…:：" else part + ("。" if chinese else ".") for part in parts[:-1]
    ]
    return ("" if chinese else " ").join([*closed, *parts[-1:]])
