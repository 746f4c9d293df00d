"""Messages between competent institutions, their schema, and when an answer is due. Free of Django."""
