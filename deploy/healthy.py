"""Ends with 0 when the web process of this machine is ready to serve; for supervisors that run a command."""

import os
import sys
import urllib.request

port = os.environ.get("KOZOT_BIND", "127.0.0.1:8000").rpartition(":")[2]
try:
    urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=4).close()
except OSError as error:
    sys.exit(f"not ready: {error}")
