"""The operating system: programs, processes, files, locks, streams."""
