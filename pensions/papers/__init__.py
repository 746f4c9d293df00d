"""Papers that the registry hands out: words and layout."""
