"""The formats of a postmortem, and which one somebody asks for."""

from collections.abc import Mapping

TYPES: Mapping[str, str] = {
    "json": "application/json",
    "md": "text/markdown",
    "html": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "confluence": "application/xml",
}


def wanted(accept: str) -> str | None:
    """Return the format that an Accept header likes best, JSON where it does not care; None when we have none."""
    likes = [_liked(word) for word in accept.split(",") if word.strip()] or [("*/*", 1.0)]
    best, most = None, 0.0
    for form, kind in TYPES.items():
        fitting = [(len(liked.rstrip("*")), q) for liked, q in likes if _fits(liked, kind)]
        q = max(fitting)[1] if fitting else 0.0  # the most exact word counts
        if q > most:
            best, most = form, q
    return best


def _liked(word: str) -> tuple[str, float]:
    kind, *parameters = (part.strip().lower() for part in word.split(";"))
    weights = [part.removeprefix("q=") for part in parameters if part.startswith("q=")]
    try:
        return kind, min(max(float(weights[0]), 0.0), 1.0) if weights else 1.0
    except ValueError:
        return kind, 0.0


def _fits(liked: str, kind: str) -> bool:
    return liked in ("*/*", kind) or (liked.endswith("/*") and kind.startswith(liked[:-1]))
