"""What each hunk of a change does: edits, effects, the names that they touch."""
