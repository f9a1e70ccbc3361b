"""WHAT WE KNOW: nouns; values in, values out; no I/O, no clock, no randomness."""
