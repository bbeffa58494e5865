"""Mailboxes: as sources, and for what comes back."""
