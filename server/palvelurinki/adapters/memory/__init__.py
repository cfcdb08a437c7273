"""In-memory adapters for tests, simulation and a single process."""
