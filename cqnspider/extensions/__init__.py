"""What happens around a crawl: what failed is kept, the run is judged and recorded, output files, alert, progress, log lines."""
