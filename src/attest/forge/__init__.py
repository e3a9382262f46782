"""GitHub, GitLab and Forgejo: the CI event, published keys, generated workflows."""
