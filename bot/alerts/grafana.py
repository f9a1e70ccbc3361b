"""Alerts of Grafana Alerting: its webhook contact point speaks as Alertmanager does.

https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
"""

from bot.alerts.alertmanager import parse as parse_notification
from bot.core.alerts import Alert


def parse(body: bytes) -> list[Alert]:
    """Read a notification, or raise Malformed."""
    return parse_notification(body)
