"""From what arrived to a rate: windows, plateaus, bursts, intervals, layers. Pure throughout."""
