"""The command line as users and other programs meet it: processes, their output and exit codes."""
