"""The documents that are made of the record of processing."""
