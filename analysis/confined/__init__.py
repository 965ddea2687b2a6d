"""The one way to read a stranger's file: by a process that can do little else, for a while."""
