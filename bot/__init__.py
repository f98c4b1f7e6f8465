"""The faces: Slack, the terminal, and the demo page."""
