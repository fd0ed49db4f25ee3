[problem]
python = >=3.14
[ask]
project: a
[universe]
a 2.0 >=3.10,<3.16
a 1.0
[answer]
a 2.0
