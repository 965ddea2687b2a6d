"""Who did what of consequence on this machine, and when: entries that are added and never changed."""
