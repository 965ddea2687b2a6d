"""The local page: server-rendered, in Portuguese and English, on this machine only."""
