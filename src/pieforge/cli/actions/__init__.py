"""What the commands do, one a file; a command imports its own when it is called."""
