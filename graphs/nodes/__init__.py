"""The nodes of the graphs, one a file, named like the node."""
