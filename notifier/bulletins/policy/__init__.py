"""What an article states: issuers, document numbers, dates, deadlines, places, documents named."""
