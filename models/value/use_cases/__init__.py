"""The desk's figures by use case: each owns categories, and together they are the desk."""
