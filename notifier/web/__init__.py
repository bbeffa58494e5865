"""What is served: subscribers' pages and feeds."""
