"""What people do: subscribe, write rules, add sources, read their feed, leave."""
