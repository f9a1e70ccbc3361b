"""DOOR: the clock calls us. The only user of apscheduler."""
