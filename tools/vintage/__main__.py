"""`python -m tools.vintage --output FOLDER`."""

import sys

from tools.vintage.command import main

sys.exit(main(sys.argv[1:]))
