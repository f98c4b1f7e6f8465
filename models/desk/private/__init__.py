"""What only a few may read: kept apart from cases and tickets, told to a named group alone."""
