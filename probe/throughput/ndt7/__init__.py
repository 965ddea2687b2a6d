"""What M-Lab's ndt7 says beyond WebSocket."""
