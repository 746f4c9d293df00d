"""Tables in and out: one reader for what people send, one writer for what leaves the house."""
