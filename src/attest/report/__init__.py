"""The findings of a check, written for people or for programs."""
