"""Start-up, keys and refresh beside other programs on the same machine: ``python -m tests.bench``."""
