"""Asking a person: on the terminal, in an editor, or with a file."""
