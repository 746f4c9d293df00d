"""Exchange between competent institutions: messages as files, their schema, and when an answer is due. Free of Django."""
