"""What past tickets say of a pilot, before it begins: from one file, and nothing is stored."""
