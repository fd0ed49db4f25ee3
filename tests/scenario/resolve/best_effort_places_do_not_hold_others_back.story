# `b` is wanted on Windows only and has wheels for CPython alone: PyPy on Windows, which nobody requires, gets the old `a`.
[problem]
python = >=3.13
environments = sys_platform == "win32" and platform_machine == "AMD64"
[ask]
project: a
[universe]
a 2.0
  b
a 1.0
b 1.0 fits='platform_python_implementation == "CPython"'
[answer]
a 2.0
b 1.0
environment: platform_machine == "AMD64"
