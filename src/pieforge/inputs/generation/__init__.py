"""New inputs: built from a grammar, drawn by strata, made by package generators."""
