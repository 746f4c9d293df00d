"""What officials see of the registry: lists, pages and buttons over the services."""
