"""What is found out about programs through the executor: nodes decide with it, audit repeats it."""
