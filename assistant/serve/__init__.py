"""The archive on a page, over HTTP and over MCP. Nothing here decides about answers."""
