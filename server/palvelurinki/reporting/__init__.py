"""Read models: the waiting board, statistics, statements, exports."""
