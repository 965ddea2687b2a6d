"""Whether the service was there: lines' time, outages, repairs and money, for an extract."""
