[ask]
project: numpy<2 ; sys_platform == "win32"
project: numpy ; sys_platform != "win32"
[universe]
numpy 2.0
numpy 1.26
[answer]
numpy 1.26 ; sys_platform == "win32"
numpy 2.0 ; sys_platform != "win32"
