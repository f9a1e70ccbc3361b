"""Benchmarks: each prints one line of JSON with its figure, its baseline and their ratio, measured in the same run."""
