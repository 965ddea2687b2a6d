"""One module per command; the module's name is the command's. Each is thin: parse, load, call, print."""
