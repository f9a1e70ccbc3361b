"""Changes of LaunchDarkly: each webhook is an entry of its audit log.

https://launchdarkly.com/docs/api/webhooks
"""

import re

from bot.core.changes import Change, ChangeKind
from bot.core.intake import Malformed
from bot.core.payload import json_object, moment, said

SITE = "https://app.launchdarkly.com"
_ENVIRONMENT = re.compile(r":env/([^:;]+)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")  # its titles are Markdown


def parse(body: bytes) -> list[Change]:
    """Read an entry, or raise Malformed."""
    entry = json_object(body)
    kind = said(entry, "kind")
    if not kind or not said(entry, "_id"):
        raise Malformed('"kind" and "_id" say what was changed, and by which entry')
    name = said(entry, "name") or said(entry, "target", "name") or kind
    verb = _LINK.sub(r"\1", said(entry, "titleVerb")) or f"changed the {kind}"
    environment = _ENVIRONMENT.search(said(entry, "accesses", 0, "resource") or said(entry, "target", "resources", 0))
    where = f" in {environment[1]}" if environment else ""
    comment = said(entry, "comment")
    told = f"{verb} {name}{where}" + (f" ({comment})" if comment else "")
    path = said(entry, "_links", "site", "href")
    url = f"{SITE}{path}" if path.startswith("/") and not path.startswith("//") and " " not in path else ""
    by = said(entry, "member", "email") or said(entry, "member", "firstName")
    return [Change(ChangeKind.FLAG if kind == "flag" else ChangeKind.CONFIG, told, moment(entry, "date"), "", by, url)]
