"""WebSocket (RFC 6455) made for bulk, and the speed tests that speak it."""
