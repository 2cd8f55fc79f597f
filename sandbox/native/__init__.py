"""The C programs that enforce containment, and their build."""
