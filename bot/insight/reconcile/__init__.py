"""Reconciliation: two diverged copies of a table, compared, merged by policy, patched and compared again."""
