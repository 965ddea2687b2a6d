"""What of this installation stands open: files, sockets, accounts, dates, processes, units."""
