"""MSAK latency1: round trips of small datagrams, idle or beside a test."""
