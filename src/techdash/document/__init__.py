"""Source form to tree to lines. No I/O, no Textual."""
