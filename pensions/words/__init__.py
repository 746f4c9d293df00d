"""What pages, tables and the API say, in the current language, of what the rules and the registry know in codes."""
