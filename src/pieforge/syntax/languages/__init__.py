"""Syntax declarations, one language per file; the file's stem is the key in the sandbox."""
