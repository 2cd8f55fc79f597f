"""Measure the cost of programs: simulators, counted cost, races, predictions, scaling."""

COUNTER = "cachegrind"
"""Key of the inexpensive simulator. Its counts select which candidates another simulator confirms,
and on which inputs."""
