"""Complaints and requests, and the days in which they must be made and answered."""
