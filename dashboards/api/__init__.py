"""The reading interface for programs: HTTP, described by OpenAPI, answered to those with a token."""
