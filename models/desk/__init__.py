"""What people do at the help desk: one use case a file."""
