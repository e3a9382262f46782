"""Journey 2: blocks into commits that are made already: plan() and execute()."""
