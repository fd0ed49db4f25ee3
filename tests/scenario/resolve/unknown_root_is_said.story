[ask]
project: nowhere
[universe]
a 1.0
[error]
unknown-package: no index has `nowhere`
