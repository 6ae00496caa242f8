"""What anybody may have without signing in: counts of approved rounds as open tables, and the village checker."""
