"""A ticket from its first card to its resolution."""
