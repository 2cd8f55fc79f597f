"""Hack checks, one a file, found by its name."""
