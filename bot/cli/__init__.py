"""DOOR: a person at a shell; one file per command."""
