"""What we know: nouns. Values in, values out; no I/O, no clock, no randomness."""
