[ask]
project: a
[universe]
a 2.0 fits='sys_platform == "linux"'
a 1.0
[answer]
a 1.0 ; sys_platform != "linux"
a 2.0 ; sys_platform == "linux"
