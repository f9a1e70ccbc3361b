"""Buttons and menus: what each press does."""
