"""DOOR: a language model that proposes wording. Off unless it is set up, and never a source of facts."""
