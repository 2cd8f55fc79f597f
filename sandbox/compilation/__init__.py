"""Compile sources inside the sandbox: each once, with precompiled headers and a fast linker."""
