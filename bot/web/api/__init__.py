"""The REST API: what programs ask of the same flows that people use."""
