# The smallest example that tools which never split on a conflict call unsatisfiable.
[ask]
project: a ; sys_platform == "win32"
project: b ; sys_platform != "win32"
[universe]
a 1.0
  c<2
b 1.0
  c>=2
c 1.5
c 2.0
[answer]
a 1.0 ; sys_platform == "win32"
b 1.0 ; sys_platform != "win32"
c 1.5 ; sys_platform == "win32"
c 2.0 ; sys_platform != "win32"
