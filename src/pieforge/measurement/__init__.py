"""What a program costs: simulators, counted cost, races, predictions, scaling."""

COUNTER = "cachegrind"
"""Key of the inexpensive simulator: its counts choose what another one confirms, and on what."""
