"""Events: what happens in Slack that the timeline follows."""
