"""What freed time was used for: declared by the IT lead, measured where it can be."""
