"""What of the library becomes files for the reader to keep: notes for a vault, JSON, a book."""
