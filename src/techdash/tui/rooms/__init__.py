"""The three rooms."""
