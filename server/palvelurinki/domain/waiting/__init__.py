"""Waiting estimates: how long those who wait will still wait, and how good such predictions were."""
