"""DOOR IN: alerts of monitors, one file for each sender."""
