"""Changes of Argo CD, whose notifications send what one writes into a template: docs/changes.md shows what to write.

https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/webhook/
"""

from bot.core.changes import Change, ChangeKind
from bot.core.intake import Malformed
from bot.core.payload import address, json_object, moment, said

ENDED = {"Succeeded": "", "Failed": " failed", "Error": " failed"}


def parse(body: bytes) -> list[Change]:
    """Read what docs/changes.md asks for, or raise Malformed. A sync that still runs is no change yet."""
    content = json_object(body)
    app, phase = said(content, "app"), said(content, "phase")
    if not app or not phase:
        raise Malformed('"app" and "phase" say which application was synced, and how that went')
    if phase not in ENDED:
        return []
    revision, where = said(content, "revision")[:7], said(content, "destination")
    told = f"{revision or 'a new revision'}{f' to {where}' if where else ''}{ENDED[phase]}"
    at, by = moment(content, "at"), said(content, "by")
    return [Change(ChangeKind.DEPLOY, told, at, app, by, address(content, "url"))]
