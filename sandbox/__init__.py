"""Run untrusted code in isolation: compile sources, run programs and package scripts."""
