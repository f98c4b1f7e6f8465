"""One person cannot harm the others: what is beyond what one may send in a minute is left."""
