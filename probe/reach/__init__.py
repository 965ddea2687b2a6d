"""Whether small probes to the gateway, the measuring servers and named hosts are answered, minute by minute."""
