[problem]
python = >=3.12,<3.14
[ask]
project: a
[universe]
a 2.0 >=3.13 fits='python_version < "3.13"'
a 1.0
[answer]
a 1.0
