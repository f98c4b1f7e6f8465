"""What people think of the help, and what they were told of changes."""
