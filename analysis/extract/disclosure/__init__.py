"""What of published tables is withheld, so that no line behind them can be known."""
