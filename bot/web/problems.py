"""What programs are told when something cannot be done: problem+json, RFC 9457."""

from collections.abc import Mapping

from starlette.responses import JSONResponse


def problem(status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return an answer that says in *title* what is wrong and in *detail* what to do."""
    content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(content, status, headers, media_type="application/problem+json")
