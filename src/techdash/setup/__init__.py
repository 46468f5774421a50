"""Reads the reader's and a project's own Claude Code set-up from disk, and judges it; never writes.

Places, names and precedence are those of https://code.claude.com/docs/en/ (settings, skills, sub-agents,
hooks, mcp, output-styles, keybindings, permissions, managed-settings, plugins-reference), as of 2.1.240.
"""
