"""Forms: what they ask and what becomes of the answers."""
