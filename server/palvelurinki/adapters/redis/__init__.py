"""Wake-ups and presence over Redis; losing it costs latency, never correctness."""
