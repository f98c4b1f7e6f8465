"""The programme's registers: what the company knows of its use cases, systems, data and risks.

One mechanism serves all of them; a register itself is a declaration, a file in `kinds`.
"""
