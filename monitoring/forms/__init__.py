"""Forms of the public pages and of the monitoring desks. Their clean data are the arguments of services."""
