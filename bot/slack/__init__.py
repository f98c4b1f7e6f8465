"""Slack: events in, posts out. Nothing else in the house knows Slack."""
