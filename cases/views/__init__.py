"""Pages of those who ask for help and of those who give it."""
