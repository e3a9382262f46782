"""What a contributor should know about a hunk and the diff does not show (docs/questions.md)."""
