"""A loopback Slack with memory and a browser page, for the demo, drills and tests; start with `server.Practice`."""
