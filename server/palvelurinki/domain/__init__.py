"""The pure core: decisions as functions of state, command and time. No IO, no clock, no randomness."""
