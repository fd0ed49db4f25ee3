[ask]
project: top
[universe]
top 1.0
  left ; sys_platform == "win32"
  right ; sys_platform != "win32"
left 1.0
  a
right 1.0
  b
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
left 1.0 ; sys_platform == "win32"
right 1.0 ; sys_platform != "win32"
top 1.0
