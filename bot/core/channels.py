"""Channel names: what an incident's channel is called, within what Slack allows."""

import re
import unicodedata

LONGEST = 80  # characters, set by Slack


def channel_name(number: int, title: str, attempt: int = 0) -> str:
    """Return the channel name for an incident: inc-7-checkout-is-down, or inc-7-checkout-is-down-2 when taken."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    suffix = f"-{attempt + 1}" if attempt else ""
    name = f"inc-{number}-{words}" if words else f"inc-{number}"
    return name[: LONGEST - len(suffix)].rstrip("-") + suffix
