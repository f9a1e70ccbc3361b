"""WHAT WE PROMISED: claim, send, settle."""
