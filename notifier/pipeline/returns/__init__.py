"""What comes back: bounces, reports, refusals."""
