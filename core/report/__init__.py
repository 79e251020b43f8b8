"""What a study says, on paper: figures, tables, a methods paragraph and one page that holds them all.

The only room of the engine that draws; matplotlib comes with the extra ``report``.
"""
