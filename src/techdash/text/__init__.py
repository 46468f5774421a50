"""Pure functions on strings: cleaning, width, line breaking, URLs, math."""
