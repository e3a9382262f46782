"""What is generated from the command tree: docs/commands.md, the man page and the completions.

`make help` writes the files; tests/unit/test_reference.py compares them.
"""
