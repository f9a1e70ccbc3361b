"""Databases that tables are read from and patched in: one file per kind, plus table.py."""
