"""Tickets about the same, which may be joined: found, and shown."""
