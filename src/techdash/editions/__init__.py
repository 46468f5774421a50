"""Editions as pure functions: take a published digest apart, compose one."""
