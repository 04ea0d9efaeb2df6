"""What a person keeps at hand: the day, dashboards, views, favourites, how pages are arranged."""
