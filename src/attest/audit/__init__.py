"""JOURNEY 4: many clones -> records of what landed in each, and one overview (docs/scale.md)."""
