# The two halves of Python 3.12 must not be mixed up: no Python wants both versions.
[problem]
python = >=3.12,<3.13
[ask]
project: a<2 ; python_full_version < "3.12.3"
project: a>=2 ; python_full_version >= "3.12.3"
[universe]
a 2.0
a 1.0
[answer]
a 1.0 ; python_full_version < "3.12.3"
a 2.0 ; python_full_version >= "3.12.3"
