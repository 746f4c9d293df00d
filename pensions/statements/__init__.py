"""A statement put into words: for the page, for programs, as a picture and as a document."""
