"""WHAT WE REMEMBER: one file per noun, the row and then its named queries."""
