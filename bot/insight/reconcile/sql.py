"""Names and text as SQL writes them. Queries are put together in DuckDB's words and translated for other engines."""

from collections.abc import Iterable


def identifier(*parts: str) -> str:
    """Return a name, with what it stands in before it, in double quotes."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(text: str) -> str:
    """Return text in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def listed(names: Iterable[str]) -> str:
    """Return names as a list between commas."""
    return ", ".join(identifier(name) for name in names)
