[problem]
exclude-newer = 2024-06-01T00:00:00Z
[ask]
project: a
[universe]
a 2.0 uploaded='2024-07-01T00:00:00Z'
a 1.0 uploaded='2024-05-01T00:00:00Z'
[answer]
a 1.0
