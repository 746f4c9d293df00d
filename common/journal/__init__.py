"""Who did, read or exported what, and why. Rows are immutable; batch seals chain their hashes."""
