"""Forms of accounts. Their clean data are the arguments of services."""
