"""Work behind the pages: events and their deliveries, jobs and their clock, and the worker that runs both."""
