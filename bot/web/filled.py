"""What somebody filled in: the fields of a form that a page of ours posted."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request

from bot.core.access import Viewer

_FORM = re.compile(r"[\w-]{16,40}")


async def filled(request: Request) -> Mapping[str, str]:
    """Return the fields by name, without white space around them. One that was left empty is "".

    That the form is ours, and not too long, was checked before (``bot.web.access``).
    """
    fields = parse_qs((await request.body()).decode(errors="replace"), keep_blank_values=True)
    return {name: values[-1].strip() for name, values in fields.items()}


async def chosen(request: Request, name: str) -> tuple[str, ...]:
    """Return every value of a field that may be there several times, such as boxes that were ticked."""
    return tuple(parse_qs((await request.body()).decode(errors="replace")).get(name, ()))


def sent_once(viewer: Viewer, fields: Mapping[str, str], *about: object) -> str:
    """Return the id under which a form is done once, however often it is sent; "" when it carries no mark of its own.

    Forms of one page share its mark, so *about* says which of them it was.
    """
    form = fields.get("form", "")
    return f"web:{viewer.account}:{form}:{':'.join(map(str, about))}" if _FORM.fullmatch(form) else ""
