"""Slack's text: what people typed comes in plain, what we show goes out so that it says no more than we mean."""

import html
import re
from datetime import datetime, timedelta

from bot.core.wording import on_one_line, shortened

_TOKEN = re.compile(r"<([^<>]*)>")
_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,})>")
_EVERYONE = re.compile(r"@(?=(?:channel|everyone|group|here)\b)", re.IGNORECASE)
_BLOCK = re.compile("`{3,}")
_LOOK_ALIKE = str.maketrans("<>", "‹›")
_UNKEPT = re.compile(r"[\x00\ud800-\udfff]")  # no database keeps the first, and no encoding has the others
_ACCOUNT = re.compile(r"<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>")


def incoming(text: str) -> str:
    """Return what a person typed: links as they look, people as <@U123>, everything else as plain characters.

    Slack escapes what people type, so an escaped mention is one that nobody meant; a space keeps it from becoming one.
    """
    words, end = [""], 0  # What stands between the mentions, and each mention after it.
    for match in _TOKEN.finditer(text):
        words[-1] += _plain(text[end : match.start()])
        person = _ACCOUNT.fullmatch(match[0])
        if person:
            words += [f"<@{person[1]}>", ""]
        else:
            words[-1] += _token(match[1])
        end = match.end()
    words[-1] += _plain(text[end:])
    return "".join(part if index % 2 else _unmeant(part) for index, part in enumerate(words))


def entered(text: str | None) -> str:
    """Return what a person typed into a form, where nobody can be mentioned: an id in it is only characters."""
    return _unmeant(_UNKEPT.sub("", text or ""))


def escape(text: str) -> str:
    """Return text that shows as it is: no mention or link of Slack's own comes out of it.

    Slack may read "@here" as a call to everyone, so an invisible joiner stands after the @.
    """
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _EVERYONE.sub("@\u2060", plain)


def bare(text: str) -> str:
    """Return text for where Slack knows no escapes, such as a topic: brackets that could open a token look alike."""
    return _EVERYONE.sub("@\u2060", text.translate(_LOOK_ALIKE))


def quoted(text: str) -> str:
    """Return what a person wrote, escaped but for the people they mentioned."""
    parts = _MENTION.split(text)
    return "".join(f"<@{part}>" if index % 2 else escape(part) for index, part in enumerate(parts))


def line(text: str, longest: int) -> str:
    """Return what a person wrote as part of one line: without breaks, cut to *longest*, opening no block of code."""
    return quoted(shortened(_BLOCK.sub("`", on_one_line(text)), longest))


def unmentioned(text: str) -> str:
    """Return text in which nobody is mentioned, for titles: they are shown again and again."""
    return re.sub(r"<@([UW][A-Z0-9]{2,})(?:\|([^>]*))?>", lambda match: f"@{match[2] or 'someone'}", text)


def mention(account: str) -> str:
    """Return a person as they are shown: a mention on Slack, their name when they came through a shell."""
    return (
        f"<@{account}>" if re.fullmatch(r"[UW][A-Z0-9]{2,}", account) else escape(account.partition(":")[2] or account)
    )


def accounts_in(text: str) -> list[str]:
    """Return the Slack ids of the people mentioned in raw text, in order."""
    return _ACCOUNT.findall(text)


def when(moment: datetime, form: str = "{time}") -> str:
    """Return a time that each reader sees in their own zone, with UTC as the fallback."""
    return f"<!date^{int(moment.timestamp())}^{form}|{moment:%Y-%m-%d %H:%M} UTC>"


def when_due(moment: datetime, now: datetime) -> str:
    """Return a time to come, with its day when that is not today for everybody."""
    return when(moment, "{time}" if moment - now < timedelta(hours=6) else "{date_short_pretty}, {time}")


def _plain(text: str) -> str:
    return _UNKEPT.sub("", html.unescape(text))


def _unmeant(text: str) -> str:
    return text.replace("<@", "< @")


def _token(inside: str) -> str:
    if inside.startswith("@"):
        account, _, name = inside[1:].partition("|")
        return f"@{name or account}"
    if inside.startswith("#"):
        name = inside.partition("|")[2]
        return f"#{name or inside[1:]}"
    if inside.startswith("!"):
        return "@" + (inside.partition("|")[2] or inside[1:]).lstrip("@")
    link, _, label = inside.partition("|")
    return _plain(f"{label} ({link})" if label and label not in link else link)
