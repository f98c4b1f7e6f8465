"""Stored answers, and how a question finds one."""
