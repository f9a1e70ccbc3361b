"""WHAT WE DO: verbs; one short transaction each, no network inside."""
