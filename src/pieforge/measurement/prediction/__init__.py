"""Predict the confirming simulator's time from cachegrind's counts."""
