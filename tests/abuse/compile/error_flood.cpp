// verdict: CE
// tries: to get a megabyte of messages from one mistake
#define A(x) x x x x x x x x x x
template <class T> void f(T t) { A(A(A(A(t.missing();)))) }
template <class T> struct Pair { T a, b; };
int main() { f(Pair<Pair<Pair<Pair<Pair<Pair<int>>>>>>{}); }
