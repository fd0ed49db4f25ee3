[problem]
python = >=3.12
[ask]
project: a
[universe]
a 2.0 >=3.10,<3.14
a 1.0 >=3.8
[answer]
a 2.0
environment: python_version < "3.14"
left out: environments where python_version >= "3.14" are left out: `a` 2.0 needs Python >=3.10,<3.14 and `a` 1.0 needs Python >=3.8,<3.14
