[ask]
project: web
group:dev: test
extra:fast: speed ; sys_platform != "win32"
[universe]
web 1.0
  shared
test 3.0
  shared
  only-test
speed 1.0
  only-test
shared 1.0
only-test 1.0
[answer]
only-test 1.0 ; "fast" in extras and sys_platform != "win32" or "dev" in dependency_groups
shared 1.0
speed 1.0 ; "fast" in extras and sys_platform != "win32"
test 3.0 ; "dev" in dependency_groups
web 1.0
