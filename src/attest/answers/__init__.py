"""What an answer is, what a policy requires of it, and whether it says anything."""
