"""The block of docs/format.md: its types, its text, its place in a message."""
