"""`scrapy report`: what the database holds, as one HTML file that opens offline. collect.py asks, page.py writes, report.js draws."""
