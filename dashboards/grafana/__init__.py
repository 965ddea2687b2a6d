"""The network engineer's Grafana: dashboards, alert rules and provisioning as code, and what they show of findings."""
