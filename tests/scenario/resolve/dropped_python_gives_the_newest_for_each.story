[problem]
python = >=3.9
[ask]
project: numpy
[universe]
numpy 2.3 >=3.11
numpy 2.2 >=3.10
numpy 2.0 >=3.9
[answer]
numpy 2.0 ; python_version < "3.10"
numpy 2.2 ; python_version == "3.10"
numpy 2.3 ; python_version >= "3.11"
