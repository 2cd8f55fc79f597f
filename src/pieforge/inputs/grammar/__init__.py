"""The grammar of test inputs, inferred from examples."""
