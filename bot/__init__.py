"""firstfive: a Slack incident bot and postmortem service."""
