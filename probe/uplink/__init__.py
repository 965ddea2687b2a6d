"""The way to the collector's broker: how to get there, and how long to wait before trying again."""
