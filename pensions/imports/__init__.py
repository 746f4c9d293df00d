"""Work-record files of employers: read, checked, shown, applied to the ledger."""
