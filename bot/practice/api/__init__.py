"""Slack's Web API: one file per family of methods, and `table.py` that says which methods there are."""
