"""Which category a ticket belongs to, how sure that is, and why."""
