"""Where this process runs, and what it was told of that by the words behind the mode in render.py's arguments."""

import sys

# Landlock, seccomp and /proc are Linux'.
ON_LINUX = sys.platform == "linux"
# Whether bubblewrap shows it no files but those of its job and the system's, and no network.
IN_BUBBLEWRAP = "in-bubblewrap" in sys.argv
# For tests: whether it does as if the kernel had no Landlock.
WITHOUT_LANDLOCK = "without-landlock" in sys.argv
