"""/reports: reports, what they are asked, and the charts that they draw."""
