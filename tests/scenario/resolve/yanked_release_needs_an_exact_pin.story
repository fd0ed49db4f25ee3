[ask]
project: a
project: b==2.0
[universe]
a 2.0 yanked
a 1.0
b 3.0
b 2.0 yanked
[answer]
a 1.0
b 2.0
