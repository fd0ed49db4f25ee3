# A package that names a pre-release and allows a final one gets the final one ...
[ask]
project: a
[universe]
a 1.0
  b>=2.0rc1,<2.2
b 2.1rc1
b 2.0
b 2.0rc1
b 1.0
[answer]
a 1.0
b 2.0
