"""What changed about a line and its measuring, in time: contracts, settings, versions, keys, places."""
