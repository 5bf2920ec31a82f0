"""The same decision in other engines. Run by their own interpreter: nothing of ours is imported.

<python of the peers> -m tests.bench.peers.zen_engine cases.json 1.5
"""
