"""What the pilot changed, and how sure that is."""
