"""The commands, one per file; the file's name is the command's.

A file here holds a command's options and help. Its action is in `cli.actions` and is imported when
the command is called: help, and an error in an option, do not wait for the packages of a run.
"""
