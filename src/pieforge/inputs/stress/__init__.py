"""Inputs on which a program does much work: counted runs, and the search that they guide."""
