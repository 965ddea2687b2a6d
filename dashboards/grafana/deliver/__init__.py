"""The dashboards as files, checked, and brought to a Grafana that runs."""
