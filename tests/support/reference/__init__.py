"""What is generated from the program: docs/commands.md, the man page and the completions from the
command tree, and the session that the README shows.

`make help` writes the files; tests/unit/test_reference.py and tests/journeys/test_readme.py
compare them.
"""
