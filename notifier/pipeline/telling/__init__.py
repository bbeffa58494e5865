"""What the operator, and the owners of rules and channels, are told."""
