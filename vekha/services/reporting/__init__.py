"""What is reported of institutions and a region: indicators, collections, reports, recognition, good practice."""
