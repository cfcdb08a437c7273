"""In-memory adapters: for tests, demonstrations and the simulation. What they hold ends with the process."""
