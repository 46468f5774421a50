"""The tests of techdash; a package so that their helpers can be imported as ``tests.…``."""
