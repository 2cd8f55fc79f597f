# verdict: RE
# tries: to crash the interpreter by objects that it frees recursively
# limits: memory_mb=256
def deep():
    nested = ()
    for _ in range(10**6):
        nested = (nested,)
    return nested


hash(deep())
