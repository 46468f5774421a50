"""Whether the program of a hook or a server is there: found as a shell would find it, never run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path

from techdash.models.setup import Saying
from techdash.setup.hiding import HIDDEN, shown_name
from techdash.setup.places import Places
from techdash.setup.reading import Reader

# Words of sh (POSIX 2.14 and 2.9.4), and of bash, that are no programs.
_OF_THE_SHELL = frozenset(
    (
        ".", ":", "[", "[[", "!", "{", "(", "alias", "break", "builtin", "case", "cd", "command", "continue",
        "declare", "echo", "eval", "exec", "exit", "export", "false", "fi", "for", "function", "getopts",
        "hash", "if", "jobs", "kill", "let", "local", "printf", "pwd", "read", "readonly", "return", "set",
        "shift", "shopt", "source", "test", "then", "time", "times", "trap", "true", "type", "typeset",
        "ulimit", "umask", "unalias", "unset", "until", "wait", "while",
    )
)  # fmt: skip
_INTERPRETERS = re.compile(r"(?:ba|da|z|k|fi)?sh|node|bun|deno|ruby|perl|python(?:\d(?:\.\d+)?)?")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)
_FOLDER = re.compile(r"\$(?:\{CLAUDE_PROJECT_DIR(?::-[^}]*)?\}|CLAUDE_PROJECT_DIR\b)")
_HOME = re.compile(r"\$(?:\{HOME\}|HOME\b)|^~(?=/|$)")
_UNTOLD = re.compile(r"[$`*?|;&<>(){}\n\\]")
_LONGEST = 4_000


class Programs:
    """Looks for programs from where Claude Code is started; ``search`` is empty where PATH isn't known."""

    def __init__(self, reader: Reader, places: Places, search: str) -> None:
        self._reader = reader
        self._places = places
        self._search = search

    def of_command(self, command: str) -> tuple[str, list[Saying]]:
        """What a shell's command line begins with, for the screen, and what is missing of it."""
        words = _words(command)
        while words and _ASSIGNMENT.fullmatch(words[0]):
            words = words[1:]
        if not words:
            return HIDDEN, []
        if words[0] in _OF_THE_SHELL:
            return words[0], []
        return self.of_words(words[0], words[1:])

    def of_words(self, program: str, arguments: list[str]) -> tuple[str, list[Saying]]:
        """The same of a program that is started without a shell."""
        faults = self._missing(program, must_run=True)
        shown = self._shown(program)
        if not _INTERPRETERS.fullmatch(Path(program).name):
            return shown, faults
        script = next((word for word in arguments if not word.startswith("-")), "")
        if not script or arguments[0] in ("-c", "-e", "-m") or not _is_path(script):
            return shown, faults
        return f"{shown} {self._shown(script)}", faults or self._missing(script, must_run=False)

    def _missing(self, program: str, *, must_run: bool) -> list[Saying]:
        path = self._expanded(program)
        if _UNTOLD.search(path):
            return []
        shown = self._shown(program)
        if "/" not in path:
            if not self._search or shutil.which(path, path=self._search) is not None:
                return []
            return [Saying("no_program", {"program": shown})]
        file = self._places.start / path
        if self._reader.stamp(file) is None:
            return [Saying("no_such_program", {"program": shown})]
        if file.is_dir():
            return [Saying("program_is_folder", {"program": shown})]
        if must_run and not os.access(file, os.X_OK):
            return [Saying("not_executable", {"program": shown})]
        return []

    def _expanded(self, text: str) -> str:
        text = _FOLDER.sub(lambda _: str(self._places.root), text)
        return _HOME.sub(lambda _: str(self._places.home), text)

    def _shown(self, program: str) -> str:
        """The program as it was written: a name or a path, never what is no plain one."""
        home = str(self._places.home)
        text = f"~{program[len(home) :]}" if program.startswith(f"{home}/") else program
        rest = _HOME.sub("", _FOLDER.sub("", text))
        return HIDDEN if _UNTOLD.search(rest) or "=" in rest else shown_name(text)


def _is_path(word: str) -> bool:
    return "/" in word and "://" not in word


def _words(command: str) -> list[str]:
    """The words of the first simple command of a shell's line (POSIX quoting); none where it has no end."""
    lexer = shlex.shlex(command[:_LONGEST], posix=True, punctuation_chars=";&|<>()\n")
    lexer.whitespace = " \t\r"
    lexer.whitespace_split = True
    words: list[str] = []
    try:
        for word in lexer:
            if word[0] in ";&|<>()\n":
                if words or word[0] == "(":
                    break
                continue
            words.append(word)
    except ValueError:
        return words
    return words
