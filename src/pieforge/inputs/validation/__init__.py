"""Which inputs are valid: the package's validators, and how far they let a grammar reach."""
