"""Hack checks: one per file, discovered by its file name."""
