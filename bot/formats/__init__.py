"""Formats: a postmortem as a file for those who do not read Markdown. Each library stands behind one module."""
