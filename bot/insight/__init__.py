"""DOOR: reconciliation and error patterns; the only user of duckdb, sqlglot and pyarrow."""
