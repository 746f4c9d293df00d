"""Forms of the registry and of certificates. Their clean data are the arguments of services."""
