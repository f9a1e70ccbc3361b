"""Slack's canvas: Markdown with three levels of headings, without anchors, and of a length that Slack takes."""

import re

LONGEST = 1_048_576  # characters, set by Slack
CUT = "\n\n*The rest is in the postmortem itself.*\n"

_DEEP = re.compile(r"^#{4,6}(?= )", re.MULTILINE)
_TITLE = re.compile(r"\A\s*# [^\n]*\n")
_HERE = re.compile(r"\[([^\[\]\n]*)\]\(<?#[^()\s]*\)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def as_canvas(text: str, link: str) -> str:
    """Return a Markdown text as a canvas without its title, which Slack keeps beside it; *link* is where to edit it."""
    head = (
        f"*This canvas follows the published postmortem. Edit it [there]({link}); what is written here is replaced.*\n"
    )
    body = _COMMENT.sub("", _TITLE.sub("", text))
    body = _HERE.sub(r"\1", _DEEP.sub("###", body))
    whole = f"{head}\n{body.strip()}\n"
    return whole if len(whole) <= LONGEST else whole[: LONGEST - len(CUT)] + CUT
