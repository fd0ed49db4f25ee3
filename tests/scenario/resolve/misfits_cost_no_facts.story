# No release of `a` but the oldest has a wheel for this environment; the others' metadata is broken, and never read.
[problem]
target = linux
[ask]
project: a
[universe]
a 4.0 broken fits='sys_platform == "win32"'
a 3.0 broken fits='sys_platform == "win32"'
a 2.0 broken fits='sys_platform == "darwin"'
a 1.0
[answer]
a 1.0
