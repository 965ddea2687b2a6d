"""Tests against M-Lab's public servers, as M-Lab's Locate service assigns them, and only after consent."""
