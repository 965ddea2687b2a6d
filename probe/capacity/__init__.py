"""IP-layer capacity over UDP: RFC 9097's metric with RFC 9946's protocol, client and server."""
