"""Pages of one's own account: signing in, second factor, messages, guides."""
