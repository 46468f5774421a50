"""End-to-end: real publishers, a real terminal, the installed command."""
