"""What the API answers, as its OpenAPI tells it. The flows make these objects; here is only how they look."""
