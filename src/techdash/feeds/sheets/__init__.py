"""Cheat-sheets as other programs keep them: which of them a text is, and its cards."""
