"""Several people tell of the same: one outage, one notice, one word to all when it is over."""
