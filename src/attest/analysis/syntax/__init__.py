"""Reading source code: parse trees, tokens, and what their nodes mean."""
