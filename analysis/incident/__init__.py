"""Incidents of the measuring system itself: how grave, whom to tell, until when."""
