"""Where requests come in: the listening socket, HTTP connections, and who may knock."""
