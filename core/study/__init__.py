"""The study's question on any dataset: does the lifter with fewer millimetres have the better angles?"""
