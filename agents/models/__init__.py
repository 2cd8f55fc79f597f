"""Chat models: one backend per file, and one client for all of them.

A backend is a module that declares `BACKEND`; the file's stem is its key.
"""
