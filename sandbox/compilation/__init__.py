"""Compile sources inside the sandbox: cached, with precompiled headers and a fast linker."""
