"""Tables, migrations, and one module a noun: all the SQL there is. Callers own the transaction."""
