"""Journey 3: from a range of commits to a report."""
