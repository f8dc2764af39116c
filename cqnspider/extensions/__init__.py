"""What happens around a crawl: the database connection, the record of the run and its verdict, progress, logging."""
