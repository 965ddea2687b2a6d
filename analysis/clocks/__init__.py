"""The legal clocks: working hours, holidays and terms, as pure code over dated data."""
