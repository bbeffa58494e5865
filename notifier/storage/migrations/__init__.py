"""Steps from each layout of the tables to the next, run by `notifier.storage.schema`."""
