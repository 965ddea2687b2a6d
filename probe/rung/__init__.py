"""What stands between the probe and the internet, looked at when it is time: link, neighbour, router, clock."""
