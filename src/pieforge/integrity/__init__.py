"""Whether a program is what it seems: hack checks, sanitizer builds and perturbed re-runs."""
