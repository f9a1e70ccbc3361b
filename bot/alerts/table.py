"""Every sender of alerts, by the last part of its address, ``/alerts/grafana``."""

from collections.abc import Callable

from bot.alerts import alertmanager, cloudwatch, datadog, generic, grafana, opsgenie, pagerduty, sentry
from bot.core.alerts import KIND, Alert
from bot.core.intake import BY_HEADER, SIGNED, Naming, Sender, by_bytes, by_field
from bot.core.proofs import Proof, digest, digests, password, timed_digest, word

PARSERS: dict[str, Callable[[bytes], list[Alert]]] = {
    "alertmanager": alertmanager.parse,
    "cloudwatch": cloudwatch.parse,
    "datadog": datadog.parse,
    "generic": generic.parse,
    "grafana": grafana.parse,
    "opsgenie": opsgenie.parse,
    "pagerduty": pagerduty.parse,
    "sentry": sentry.parse,
}
_OF_GRAFANA = timed_digest("x-grafana-alerting-signature", "x-grafana-alerting-timestamp")
_KNOWN_BY: dict[str, tuple[tuple[Proof, ...], Naming]] = {
    "alertmanager": ((password(),), by_bytes),
    "cloudwatch": ((password(),), by_field("MessageId")),
    "datadog": ((password(), word("x-secret")), by_bytes),
    "generic": (SIGNED, BY_HEADER),
    "grafana": ((_OF_GRAFANA, password()), by_bytes),
    "opsgenie": ((password(), word("x-secret")), by_bytes),
    "pagerduty": ((digests("x-pagerduty-signature", "v1="),), by_field("event", "id")),
    "sentry": ((digest("sentry-hook-signature"),), by_bytes),
}
SENDERS = {
    name: Sender(f"ALERTS_{name.upper()}_SECRET", KIND, parse, *_KNOWN_BY[name]) for name, parse in PARSERS.items()
}
