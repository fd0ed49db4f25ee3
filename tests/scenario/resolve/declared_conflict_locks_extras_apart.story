[problem]
conflicts = extra:cpu extra:gpu
[ask]
project: numpy
extra:cpu: torch<2
extra:gpu: torch>=2
[universe]
numpy 1.0
torch 2.0
  numpy
torch 1.0
  numpy
[answer]
numpy 1.0
torch 1.0 ; "cpu" in extras
torch 2.0 ; "gpu" in extras
