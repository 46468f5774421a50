"""The words of techdash as plain values: what store and feeds, cli and tui hand to each other.

Times are whole seconds since 1970-01-01 UTC, days are ``YYYY-MM-DD`` in the reader's time zone.
Every text in these values has passed :func:`techdash.text.clean.clean`.
"""
