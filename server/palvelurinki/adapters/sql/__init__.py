"""The store on PostgreSQL and SQLite: the only place with queries."""
