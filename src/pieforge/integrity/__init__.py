"""Detection of hacks and of undefined behavior: checks of the text, sanitizers, re-runs."""
