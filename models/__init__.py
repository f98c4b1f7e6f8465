"""The core: the domain, its tables and the learned models. It knows neither Slack nor the clock."""
