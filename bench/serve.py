"""The saved pages of a folder as a web site with TLS, until standard input closes: `python bench/serve.py FOLDER`; prints the proxy's address."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.site import serve

with serve(Path(sys.argv[1])) as site:
    print(site.proxy, flush=True)
    sys.stdin.read()
