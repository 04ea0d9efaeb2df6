"""What plugins put before people: pages, panels, blocks, columns, forms; and how they stand."""
