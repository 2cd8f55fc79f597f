"""What a program costs: simulators, counted cost, races, predictions, scaling."""
