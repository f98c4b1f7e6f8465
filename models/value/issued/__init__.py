"""Statements as they were issued: what differs from one made anew, and why."""
