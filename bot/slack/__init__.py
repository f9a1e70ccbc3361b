"""DOOR: Slack. Nothing outside knows Bolt, Block Kit or the Slack Web API."""
