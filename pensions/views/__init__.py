"""Pages of workers and of employers; officials have the desk."""
