"""The library: the only place with SQL."""
