"""The classes of a run, and those that runs share."""
