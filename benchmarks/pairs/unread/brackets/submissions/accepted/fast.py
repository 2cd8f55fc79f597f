def judge(word):
    opened = []
    deepest = 0
    for i, c in enumerate(word):
        if c == "(" or c == "[":
            opened.append(c)
            if len(opened) > deepest:
                deepest = len(opened)
            continue
        wanted = "(" if c == ")" else "["
        if not opened or opened[-1] != wanted:
            return -(i + 1)
        opened.pop()
    if opened:
        return -(len(word) + 1)
    return deepest


print(judge(input()))
