"""What ``firstfive.toml`` says of alerts: which of them open an incident by themselves. Mistakes go to *problems*."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.core.alerts import NONE_OPENS, Alerting, Opening
from bot.core.marked_yaml import nearest
from bot.tables import FILE
from store.types import Severity

KEYS = ("window_minutes", "open")
CONDITIONS = ("as", "sender", "severity", "service", "labels", "alerts")
LONGEST = 60  # minutes of a window


def read_alerting(table: Any, problems: list[str]) -> Alerting:
    """Read ``[alerts]``; what it leaves out stays as it is by default."""
    if not isinstance(table, dict):
        problems.append(f"{FILE}: alerts is a table. Begin it with [alerts].")
        return NONE_OPENS
    problems += [f"{FILE}: [alerts] {key!r} is unknown. {nearest(key, list(KEYS))}" for key in table if key not in KEYS]
    minutes, openings = table.get("window_minutes", 5), table.get("open", [])
    if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= LONGEST:
        problems.append(f"{FILE}: [alerts] window_minutes is a whole number from 1 to {LONGEST}.")
        minutes = 5
    if not isinstance(openings, list) or not all(isinstance(each, dict) for each in openings):
        problems.append(f"{FILE}: [alerts] open is a list of tables. Begin each with [[alerts.open]].")
        openings = []
    found = []
    for each in openings:
        try:
            found.append(_opening(each))
        except ValueError as mistake:
            problems.append(f"{FILE}: [[alerts.open]] {mistake}")
    return Alerting(timedelta(minutes=minutes), tuple(found))


def _opening(wishes: Mapping[str, Any]) -> Opening:
    for key, value in wishes.items():
        if key not in CONDITIONS:
            raise ValueError(f"{key!r} is unknown. {nearest(key, list(CONDITIONS))}")
        if key in ("sender", "severity", "service") and not isinstance(value, str):
            raise ValueError(f"{key} is a word in quotes.")
    labels, alerts, severity = wishes.get("labels", {}), wishes.get("alerts", 1), wishes.get("as", Severity.SEV2)
    if severity not in list(Severity):
        raise ValueError(f"as={severity!r} is no severity. There are sev1 to sev4.")
    if not isinstance(labels, dict) or not all(isinstance(value, str) for value in labels.values()):
        raise ValueError('labels is a table of texts, such as { team = "payments" }.')
    if isinstance(alerts, bool) or not isinstance(alerts, int) or alerts < 1:
        raise ValueError("alerts is a whole number above 0: how many have to come together.")
    words = {key: wishes.get(key, "") for key in ("sender", "severity", "service")}
    return Opening(Severity(severity), **words, labels=labels, alerts=alerts)
