"""Structure: what a postmortem has to hold, each check computed from its Markdown."""
