"""Speed tests against LibreSpeed's servers, over plain HTTP."""
