"""The quarterly statement."""
