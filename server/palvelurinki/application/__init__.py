"""Use cases: load, decide, save, publish, each in one transaction."""
