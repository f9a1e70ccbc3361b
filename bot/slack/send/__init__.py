"""Sending what was promised: one handler per kind of effect, collected in ``table.py``."""
