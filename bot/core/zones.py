"""Zones: the one in which somebody reads times, and what a time on the wall clock there means."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

WALL = "%Y-%m-%dT%H:%M"  # as a browser's field for a day and a time writes it


def zone_named(name: str | None) -> ZoneInfo | None:
    """Return a zone by its name, or None when there is none of that name here."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, OSError, ValueError):
        return None


def zone_names() -> list[str]:
    """Return the names of zones that stand for a place, and UTC."""
    return sorted(
        name for name in available_timezones() if ("/" in name and not name.startswith("Etc/")) or name == "UTC"
    )


def from_wall(written: str, zone: ZoneInfo) -> datetime:
    """Return the moment that a clock on the wall shows. Raise ValueError when it is no day and time.

    A time that comes twice means the first; one that the clocks jump over comes as much later as they jump.
    """
    return datetime.strptime(written, WALL).replace(tzinfo=zone).astimezone(UTC)
