"""Trying to break a quarter's statement."""
