"""Keeping the house: migrations, backups, and mail that waits for a person."""
