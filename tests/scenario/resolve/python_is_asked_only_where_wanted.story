[problem]
python = >=3.9
[ask]
project: new ; python_version >= "3.12"
[universe]
new 2.0 >=3.12
new 1.0
[answer]
new 2.0 ; python_version >= "3.12"
