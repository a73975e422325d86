"""What ``modellake demo`` does: real models, trained in seconds, and what the lake knows of them afterwards."""
