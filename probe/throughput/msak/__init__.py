"""What M-Lab's MSAK throughput1 says beyond WebSocket."""
