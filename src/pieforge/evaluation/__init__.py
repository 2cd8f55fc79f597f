"""What an optimizer's answers are worth: pure functions on judged samples, and the programs asked.

docs/reference/metrics.md defines every figure, with sources.
"""
