"""What people write, and what the bot says first."""
