"""DOOR: pages, health, and the address that Slack delivers to."""
