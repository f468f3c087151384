def install(bridge): pass
def watch(code): pass
