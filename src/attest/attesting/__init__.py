"""Journey 1: from a staged change to a signed block.

staged.read -> staged.attest -> builder; waiting finds the block when its commit is made.
"""
