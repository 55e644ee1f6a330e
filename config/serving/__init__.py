"""The layer between a socket and the pages: limits of size and time, and the threads that make the pages."""
