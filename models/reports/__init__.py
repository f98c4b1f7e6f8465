"""Reports on paper: what a message says, as PDF."""
