"""Programs whose worst case is known and rare, each with the input that triggers it.

Every program is fast, or much faster, on nearly all inputs of its format. `benchmarks.stress` asks
whether the search for stress inputs finds the trigger; half of its steps count as found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

_CPP = "#include <bits/stdc++.h>\nusing namespace std;\n"
_READ = "int n; cin >> n; vector<int> a(n); for (int &x : a) cin >> x;"
_BUCKETS = 10273
"""Buckets of libstdc++'s hash tables with 5,088 to 10,273 keys."""


@dataclass(frozen=True)
class InputFormat:
    """A format of inputs: lines of numbers or words.

    Attributes:
        draw: Returns a random valid input.
        is_valid: Whether an input is valid.
    """

    draw: Callable[[Random], bytes]
    is_valid: Callable[[list[list[str]]], bool]

    def accepts(self, data: bytes) -> bool:
        """Say whether an input is valid."""
        try:
            lines = data.decode("ascii").split("\n")
            return lines.pop() == "" and self.is_valid([line.split(" ") for line in lines])
        except (ValueError, LookupError):
            return False


@dataclass(frozen=True)
class Classic:
    """A program, and the input on which it does the most work, or nearly so.

    Attributes:
        trigger: What makes an input expensive, in words.
        worst: Such an input of the largest size.
    """

    name: str
    trigger: str
    language: str
    source: str
    inputs: InputFormat
    worst: bytes


def write_rows(*rows: Sequence[object]) -> bytes:
    """Return an input of lines."""
    return "".join(" ".join(map(str, row)) + "\n" for row in rows).encode()


def _are_between(words: Sequence[str], low: int, high: int) -> bool:
    return all(str(int(word)) == word and low <= int(word) <= high for word in words)


def _arrays(size: int, low: int, high: int, *, distinct: bool = False) -> InputFormat:
    """Return the format of a count, and that many numbers."""

    def draw(rng: Random) -> bytes:
        count = rng.randint(1, size)
        values = [rng.randint(low, high) for _ in range(count)]
        return write_rows([count], rng.sample(range(low, high + 1), count) if distinct else values)

    def is_valid(lines: list[list[str]]) -> bool:
        [count], values = lines
        return (
            _are_between([count], 1, size)
            and len(values) == int(count)
            and _are_between(values, low, high)
            and (not distinct or len(set(values)) == len(values))
        )

    return InputFormat(draw, is_valid)


def _words(letters: str, *sizes: int) -> InputFormat:
    """Return the format of one word in each line."""

    def draw(rng: Random) -> bytes:
        return write_rows(
            *(["".join(rng.choices(letters, k=rng.randint(1, size)))] for size in sizes)
        )

    def is_valid(lines: list[list[str]]) -> bool:
        return len(lines) == len(sizes) and all(
            1 <= len(word) <= size and set(word) <= set(letters)
            for [word], size in zip(lines, sizes, strict=True)
        )

    return InputFormat(draw, is_valid)


def _pairs(size: int, high: int, *, ordered: bool = False) -> InputFormat:
    """Return the format of a largest number, a count, and that many pairs of numbers up to it."""

    def draw(rng: Random) -> bytes:
        most, count = rng.randint(1, high), rng.randint(1, size)
        rows = [[rng.randint(1, most) for _ in range(2)] for _ in range(count)]
        return write_rows([most, count], *(sorted(row) if ordered else row for row in rows))

    def is_valid(lines: list[list[str]]) -> bool:
        (most, count), *rows = lines
        return (
            _are_between([most], 1, high)
            and _are_between([count], 1, size)
            and len(rows) == int(count)
            and all(len(row) == 2 and _are_between(row, 1, int(most)) for row in rows)
            and not (ordered and any(int(a) > int(b) for a, b in rows))
        )

    return InputFormat(draw, is_valid)


def _trees(size: int) -> InputFormat:
    """Return the format of a count of nodes, and the parent of each but the first."""

    def draw(rng: Random) -> bytes:
        count = rng.randint(2, size)
        return write_rows([count], [rng.randint(1, node - 1) for node in range(2, count + 1)])

    def is_valid(lines: list[list[str]]) -> bool:
        [count], parents = lines
        return (
            _are_between([count], 2, size)
            and len(parents) == int(count) - 1
            and all(_are_between([it], 1, node) for node, it in enumerate(parents, 1))
        )

    return InputFormat(draw, is_valid)


def _balanced(size: int) -> InputFormat:
    """Return the format of one balanced word of brackets."""

    def draw(rng: Random) -> bytes:
        pairs, opened, word = rng.randint(1, size // 2), 0, ""
        left = pairs
        while left or opened:
            opens = left and (not opened or rng.random() < 0.5)
            word, opened, left = word + "()"[not opens], opened + (1 if opens else -1), left - opens
        return write_rows([word])

    def is_valid(lines: list[list[str]]) -> bool:
        [[word]] = lines
        depth = 0
        for letter in word:
            depth += {"(": 1, ")": -1}[letter]
            if depth < 0:
                return False
        return depth == 0 and 0 < len(word) <= size

    return InputFormat(draw, is_valid)


def _create_array(values: Sequence[int]) -> bytes:
    return write_rows([len(values)], values)


def _program(body: str, before: str = "") -> str:
    return f"{_CPP}{before}int main() {{ {body} }}\n"


_N = 2000
_FALLING = _create_array(range(_N, 0, -1))
_RISING = _create_array(range(1, _N + 1))

CLASSICS = (
    Classic(
        "quicksort_first",
        "the first element as pivot: sorted input, ascending or descending",
        "cpp17",
        _program(
            f"{_READ} sort_part(a, 0, n); cout << a[n / 2];",
            "void sort_part(vector<int> &a, int l, int r) {\n"
            "    if (r - l < 2) return;\n"
            "    int m = l;\n"
            "    for (int i = l + 1; i < r; i++) if (a[i] < a[l]) swap(a[++m], a[i]);\n"
            "    swap(a[l], a[m]); sort_part(a, l, m); sort_part(a, m + 1, r);\n}\n",
        ),
        _arrays(_N, 1, 10**6),
        _RISING,
    ),
    Classic(
        "hash_primes",
        "unordered_map: keys that are multiples of the number of buckets",
        "cpp17",
        _program(f"{_READ} unordered_map<int, int> m; for (int x : a) m[x]++; cout << m.size();"),
        _arrays(6000, 0, 10**9),
        _create_array([_BUCKETS * i for i in range(6000)]),
    ),
    Classic(
        "naive_matching",
        "a text of one letter, and a pattern of it that ends in another one",
        "cpp17",
        _program(
            "string t, p; cin >> t >> p; int c = 0;\n"
            "for (size_t i = 0; i + p.size() <= t.size(); i++) {\n"
            "    size_t j = 0; while (j < p.size() && t[i + j] == p[j]) j++;\n"
            "    c += j == p.size(); } cout << c;"
        ),
        _words("abcdefgh", 4000, 2000),
        write_rows(["a" * 4000], ["a" * 1999 + "b"]),
    ),
    Classic(
        "wildcards",
        "backtracking over `*`: stars with one letter between them, a text of that letter, and"
        " another letter last",
        "cpp17",
        _program(
            "string t, p; cin >> t >> p; cout << match(t.c_str(), p.c_str());",
            "bool match(const char *t, const char *p) {\n"
            "    if (!*p) return !*t;\n"
            "    if (*p == 'x') return match(t, p + 1) || (*t && match(t + 1, p));\n"
            "    return *t == *p && match(t + 1, p + 1);\n}\n",
        ),
        _words("abx", 40, 10),
        write_rows(["a" * 40], ["xaxaxaxaxb"]),
    ),
    Classic(
        "union_by_arrival",
        "trees linked without rank or compression: a chain, each edge from the last node on",
        "cpp17",
        _program(
            "int n, m; cin >> n >> m; vector<int> p(n + 1); iota(p.begin(), p.end(), 0);\n"
            "auto find = [&](int x) { while (p[x] != x) x = p[x]; return x; };\n"
            "for (int i = 0, a, b; i < m; i++) { cin >> a >> b; p[find(a)] = find(b); }\n"
            "int c = 0; for (int i = 1; i <= n; i++) c += p[i] == i; cout << c;"
        ),
        _pairs(3000, 3000),
        write_rows([3000, 2999], *([1, i + 1] for i in range(1, 3000))),
    ),
    Classic(
        "depth_by_walking",
        "the way to the root walked from every node: a path",
        "cpp17",
        _program(
            "int n; cin >> n; vector<int> p(n + 1); long long s = 0;\n"
            "for (int i = 2; i <= n; i++) cin >> p[i];\n"
            "for (int i = 2; i <= n; i++) for (int x = i; x; x = p[x]) s++; cout << s;"
        ),
        _trees(_N),
        write_rows([_N], range(1, _N)),
    ),
    Classic(
        "insertion_sort",
        "reversed input, against input that is nearly sorted or has few values",
        "cpp17",
        _program(
            f"{_READ} for (int i = 1; i < n; i++)\n"
            "    for (int j = i; j && a[j - 1] > a[j]; j--) swap(a[j - 1], a[j]);\n"
            "cout << a[n / 2];"
        ),
        _arrays(_N, 1, 10**6),
        _FALLING,
    ),
    Classic(
        "interval_list",
        "a list of merged intervals: intervals that never meet",
        "cpp17",
        _program(
            "int w, m; cin >> w >> m; list<pair<int, int>> s;\n"
            "for (int i = 0, l, r; i < m; i++) { cin >> l >> r;\n"
            "    for (auto it = s.begin(); it != s.end();)\n"
            "        if (it->first <= r && l <= it->second) {\n"
            "            l = min(l, it->first); r = max(r, it->second); it = s.erase(it);\n"
            "        } else ++it;\n"
            "    s.push_back({l, r}); } cout << s.size();"
        ),
        _pairs(_N, 10**6, ordered=True),
        write_rows([10**6, _N], *([3 * i + 1, 3 * i + 2] for i in range(_N))),
    ),
    Classic(
        "search_tree",
        "a search tree without balance: sorted keys",
        "cpp17",
        _program(
            f"{_READ} vector<array<int, 2>> c(n); \n"
            "for (int i = 1; i < n; i++) { int x = 0;\n"
            "    for (;;) { int &y = c[x][a[i] > a[x]]; if (!y) { y = i; break; } x = y; } }\n"
            "cout << c[0][0];"
        ),
        _arrays(_N, 1, 10**6, distinct=True),
        _RISING,
    ),
    Classic(
        "piles",
        "patience sorting with a scan of the piles: an ascending sequence",
        "cpp17",
        _program(
            f"{_READ} vector<int> t; for (int x : a) {{ size_t j = 0;\n"
            "    while (j < t.size() && t[j] < x) j++;\n"
            "    if (j == t.size()) t.push_back(x); else t[j] = x; } cout << t.size();"
        ),
        _arrays(_N, 1, 10**6),
        _RISING,
    ),
    Classic(
        "window_rescan",
        "the maximum of a window, scanned again when it leaves: a descending sequence",
        "cpp17",
        _program(
            f"{_READ} int k = n / 2 + 1, b = -1; long long s = 0;\n"
            "for (int i = 0; i < n; i++) { int l = max(0, i - k + 1);\n"
            "    if (b < l) { b = l; for (int j = l; j <= i; j++) if (a[j] >= a[b]) b = j; }\n"
            "    else if (a[i] >= a[b]) b = i;\n"
            "    s += a[b]; } cout << s;"
        ),
        _arrays(_N, 1, 10**6),
        _FALLING,
    ),
    Classic(
        "rectangles",
        "each bar extended to both sides while the others are not lower: bars of equal height",
        "cpp17",
        _program(
            f"{_READ} long long best = 0; for (int i = 0; i < n; i++) {{ int l = i, r = i;\n"
            "    while (l && a[l - 1] >= a[i]) l--;\n"
            "    while (r + 1 < n && a[r + 1] >= a[i]) r++;\n"
            "    best = max(best, 1LL * a[i] * (r - l + 1)); } cout << best;"
        ),
        _arrays(_N, 1, 10**6),
        _create_array([7] * _N),
    ),
    Classic(
        "next_greater",
        "the next greater element by a scan: a descending sequence",
        "python",
        "n = int(input())\na = list(map(int, input().split()))\ns = 0\n"
        "for i in range(n):\n    j = i + 1\n    while j < n and a[j] <= a[i]:\n        j += 1\n"
        "    s += j\nprint(s)\n",
        _arrays(800, 1, 10**6),
        _create_array(range(800, 0, -1)),
    ),
    Classic(
        "borders",
        "the longest border of every prefix by comparison: one letter, and another one last",
        "cpp17",
        _program(
            "string t; cin >> t; long long s = 0; int n = t.size();\n"
            "for (int i = 2; i <= n; i++) for (int k = i - 1; k; k--) {\n"
            "    int j = 0; while (j < k && t[j] == t[i - k + j]) j++;\n"
            "    if (j == k) { s += k; break; } } cout << s;"
        ),
        _words("abcd", 300),
        write_rows(["a" * 150 + "b" + "a" * 149]),
    ),
    Classic(
        "relaxations",
        "shortest paths by rounds over all edges, until nothing changes: a path, its edges from the"
        " end",
        "cpp17",
        _program(
            "int n, m; cin >> n >> m; vector<pair<int, int>> e(m);\n"
            "for (auto &[a, b] : e) cin >> a >> b;\n"
            "vector<int> d(n + 1, 1 << 29); d[1] = 0;\n"
            "for (bool more = true; more;) { more = false;\n"
            "    for (auto [a, b] : e) if (d[a] + 1 < d[b]) d[b] = d[a] + 1, more = true; }\n"
            "cout << *max_element(d.begin() + 1, d.end());"
        ),
        _pairs(1500, 1000),
        write_rows([1000, 1500], *([i, i + 1] for i in range(999, 0, -1)), *([[1, 1]] * 501)),
    ),
    Classic(
        "gcd_by_subtraction",
        "the greatest common divisor by subtraction: a large number and 1",
        "cpp17",
        _program(
            "int w, m; cin >> w >> m; long long s = 0;\n"
            "for (int i = 0, a, b; i < m; i++) { cin >> a >> b;\n"
            "    while (a != b) { if (a > b) a -= b; else b -= a; s++; } } cout << s;"
        ),
        _pairs(100, 10**5),
        write_rows([10**5, 100], *([[10**5, 1]] * 100)),
    ),
    Classic(
        "trial_division",
        "the least divisor by trial: large primes",
        "cpp17",
        _program(
            f"{_READ} long long s = 0; for (int x : a) {{ int d = 2;\n"
            "    while (d < x && x % d) d++;\n"
            "    s += d; } cout << s;"
        ),
        _arrays(200, 2, 10**5),
        _create_array([99991] * 200),
    ),
    Classic(
        "split_at_maximum",
        "recursion at the maximum, found by a scan: a sorted sequence",
        "cpp17",
        _program(
            f"{_READ} cout << depth(a, 0, n);",
            "int depth(const vector<int> &a, int l, int r) {\n"
            "    if (l >= r) return 0;\n"
            "    int m = l; for (int i = l; i < r; i++) if (a[i] > a[m]) m = i;\n"
            "    return 1 + max(depth(a, l, m), depth(a, m + 1, r));\n}\n",
        ),
        _arrays(_N, 1, 10**6),
        _RISING,
    ),
    Classic(
        "brackets",
        "the partner of each closing bracket by a scan back: deep nesting",
        "cpp17",
        _program(
            "string t; cin >> t; long long s = 0; int n = t.size();\n"
            "for (int i = 0; i < n; i++) if (t[i] == ')') { int d = 0, j = i;\n"
            "    do d += t[j] == ')' ? 1 : -1; while (d && j--); s += i - j; } cout << s;"
        ),
        _balanced(_N),
        write_rows(["(" * (_N // 2) + ")" * (_N // 2)]),
    ),
    Classic(
        "palindromes",
        "palindromes extended from each center: one letter",
        "python",
        "t = input()\nn = len(t)\nbest = 0\nfor c in range(2 * n - 1):\n"
        "    l, r = c // 2, (c + 1) // 2\n    while l >= 0 and r < n and t[l] == t[r]:\n"
        "        l -= 1\n        r += 1\n    best = max(best, r - l - 1)\nprint(best)\n",
        _words("abcdef", 800),
        write_rows(["a" * 800]),
    ),
    Classic(
        "first_index",
        "the distinct values by a search in a list: no value twice, where values are few as a rule",
        "python",
        "n = int(input())\nknown = []\nfor x in map(int, input().split()):\n    x //= 1000\n"
        "    if x not in known:\n        known.append(x)\nprint(len(known))\n",
        _arrays(2000, 0, 2 * 10**6),
        _create_array([1000 * i for i in range(2000)]),
    ),
)
