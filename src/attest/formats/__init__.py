"""A report, written for people or programs."""
