"""Which hunks are asked about, and what is asked."""
