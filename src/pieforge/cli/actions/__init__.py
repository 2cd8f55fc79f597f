"""The actions of the commands, one per file; a command imports its action when it is called."""
