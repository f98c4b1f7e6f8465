"""The registers as people read and change them."""
