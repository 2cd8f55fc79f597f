"""Finished work looked at again: verify a run, compare two programs."""
