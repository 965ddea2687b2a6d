"""What changes of this machine: noted, and shown."""
