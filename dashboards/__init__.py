"""The dashboards: show findings and records to people. They judge nothing."""
