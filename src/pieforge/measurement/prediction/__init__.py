"""A prediction of the confirming simulator's time from counts."""
