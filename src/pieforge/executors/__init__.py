"""Compile, run and measure programs, each once: results are cached by content."""
