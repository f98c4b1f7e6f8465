"""Copies and erasure of what belongs to a person; the sandbox."""
