"""Benchmarks: `make bench NAME=…`. Each prints what it measures, and as its last line one line of JSON."""
