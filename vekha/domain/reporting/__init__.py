"""What an institution and a region are asked to show: indicators on a date, collections of them, SWOT, recognition."""
