"""DOOR OUT: partners' endpoints."""
