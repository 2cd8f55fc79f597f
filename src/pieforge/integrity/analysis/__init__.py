"""What the hack checks know of source texts: tokens, names, dataflow, order of input and output."""
