"""Journey 1: from a staged change to a signed block."""
