"""Benchmarks: each compares pieforge with another way, by ratios of medians within one run."""
