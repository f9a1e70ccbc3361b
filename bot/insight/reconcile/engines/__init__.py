"""Where a comparison runs: one file per engine, plus table.py."""
