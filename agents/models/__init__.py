"""Chat models: one backend a file, one client path for all of them.

A backend is a module that declares `BACKEND`; the file's stem is its key.
"""
