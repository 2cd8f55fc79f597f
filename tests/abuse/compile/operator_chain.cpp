// verdict: CE
// tries: to chain member accesses without end
template <int n> struct Chain { Chain<n + 1> operator->() const { return {}; } };
int main() { return Chain<0>()->value; }
