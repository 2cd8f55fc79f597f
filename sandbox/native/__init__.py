"""The C programs that enforce containment, and how they are built."""
