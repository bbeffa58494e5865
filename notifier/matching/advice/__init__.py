"""Help for who writes rules: what they mean, miss and cost, and what they could be."""
