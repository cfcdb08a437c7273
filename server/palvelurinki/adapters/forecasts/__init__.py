"""Forecasts of waiting, computed beside the loop that serves: in a process of their own."""
