# SPDX-License-Identifier: 0BSD
# Objects, dictionaries and strings; every object is malloc()'s (PYTHONMALLOC=malloc).
class Node:
    __slots__ = ("key", "left", "right", "text")

    def __init__(self, key):
        self.key, self.left, self.right, self.text = key, None, None, "node %d" % key


def insert(root, key):
    while True:
        side = "left" if key < root.key else "right"
        child = getattr(root, side)
        if child is None:
            setattr(root, side, Node(key))
            return
        root = child


root, state = Node(1 << 19), 1
for _ in range(15000):
    state = (state * 1103515245 + 12345) % (1 << 31)
    insert(root, state >> 11)
words = {}
for i in range(60000):
    words.setdefault("w%d" % (i * 7919 % 5000), []).append((i, str(i)))
text = ",".join(name for key in sorted(words) for _, name in words[key])
stack, depth = [root], 0
while stack:
    node = stack.pop()
    depth += len(node.text)
    stack += [child for child in (node.left, node.right) if child]
print(len(text), depth, hash(tuple(len(words[key]) for key in sorted(words))) % 1000)
