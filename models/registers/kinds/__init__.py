"""A file here is a register: it holds one `Register` and nothing that acts."""
