"""Chaos runs: real nodes, real load, real troubles, and a checker that knows nothing of the server's code."""
