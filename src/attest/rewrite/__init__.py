"""Journey 2: blocks for commits that exist already.

selection -> outgoing.review -> plan -> answer -> execute; undo takes it back.
"""
