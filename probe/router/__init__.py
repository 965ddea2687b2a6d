"""What the home router says of itself: bytes moved, connection status, uptimes (UPnP IGD and TR-064)."""
