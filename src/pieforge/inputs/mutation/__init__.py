"""Changed inputs, and what differs between two source texts."""
