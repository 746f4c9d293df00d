"""Forms of cases. Their clean data are the arguments of services."""
