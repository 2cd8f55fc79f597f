"""Declarations, one language a file; the file's stem is the language's key in the sandbox."""
