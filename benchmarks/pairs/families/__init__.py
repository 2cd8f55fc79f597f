"""The families: one problem per file."""
