"""The commands, one a file; the file's name is the command's.

A file here holds a command's options and help. What it does is in `cli.actions`, and imported when
the command is called: help, and a mistake in an option, do not wait for the packages of a run.
"""
