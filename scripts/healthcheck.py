"""Ask the site in this container whether it, its database and its queue answer; exit 1 when not.

Keeps to the standard library, so that a check costs little.
"""

import http.client
import os
import sys

port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
# The site answers to its own names only; ".example.org" stands for all names below example.org.
host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".").replace("*", "localhost")

connection = http.client.HTTPConnection("127.0.0.1", port, timeout=8)
connection.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
sys.exit(connection.getresponse().status != http.client.OK)
