"""DOOR: people's assistants, over the Model Context Protocol. The only user of mcp."""
