"""Smaller inputs that still show a difference."""
