"""DOOR: tickets in Jira. The only user of the jira package."""
