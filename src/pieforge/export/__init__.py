"""What leaves a run: rows, dataset card, lineage."""
