"""A coverage-guided search for inputs that distinguish two programs."""
