"""Who may open the page and who may change something through it."""
