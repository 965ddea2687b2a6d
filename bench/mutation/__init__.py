"""Whether the tests notice when the code is changed: mutation testing of the judging rules and of intake."""
