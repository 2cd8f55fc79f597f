"""Fine-tuning of the optimizer: data selection, trainers, the registry of models, their servers.

It stands above the loop: the nodes `finetune` and `evaluate` reach it through their context.
"""
