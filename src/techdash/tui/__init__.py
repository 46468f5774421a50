"""The window: the only place with Textual."""
