"""Bytes and decisions: fetching, parsing, what to keep. No SQL, no Textual."""
