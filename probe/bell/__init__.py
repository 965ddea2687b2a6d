"""The bell: somebody on this machine rings for a speed test, and hears how it goes."""
