"""The words of /incident: one file each, collected in ``table.py``."""
