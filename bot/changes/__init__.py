"""DOOR IN: deploys, config and flag changes, one file for each sender."""
