"""What Slack shows: pure functions from views to Block Kit."""
