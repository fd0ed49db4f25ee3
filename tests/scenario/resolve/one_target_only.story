[problem]
target = linux
[ask]
project: a
project: w ; sys_platform == "win32"
[universe]
a 2.0 >=3.13
a 1.0
  b ; python_full_version >= "3.12.4"
b 1.0
[answer]
a 1.0
b 1.0
