"""What stands between a socket and the pages: how much a request may bring, how long it may take, who answers it."""
