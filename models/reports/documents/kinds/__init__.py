"""A file is a document."""
