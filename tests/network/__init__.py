"""Retrieving over real sockets, and whole syncs into a real library."""
