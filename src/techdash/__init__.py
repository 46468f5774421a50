"""techdash: a terminal reader for digests, essays and cheat-sheets. Imports nothing."""

__version__ = "0.1.0"
