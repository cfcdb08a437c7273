"""The store on PostgreSQL and SQLite: one schema, one code base, one contract suite (`tests/contract`)."""
