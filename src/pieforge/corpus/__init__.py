"""The corpus: what outlives a run, in a database that runs share."""
