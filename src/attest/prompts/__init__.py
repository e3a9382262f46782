"""Three ways to be asked: the terminal, an editor, a file."""
