[problem]
environments = sys_platform == "linux" | sys_platform == "darwin"
[ask]
project: a
project: w ; sys_platform == "win32"
[universe]
a 1.0
w 1.0
[answer]
a 1.0
environment: sys_platform == "linux"
environment: sys_platform == "darwin"
