"""DOOR: Confluence, where published postmortems are pages. It and the model are the only users of httpx."""
