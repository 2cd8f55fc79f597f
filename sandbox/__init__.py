"""Runs untrusted code, and nothing else."""
