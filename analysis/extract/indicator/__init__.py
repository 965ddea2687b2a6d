"""What an extract's charts need of each group of lines: ratios, busy hours, consistency, distributions, differences."""
