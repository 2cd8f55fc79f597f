// verdict: CE
// tries: to make the resolution of overloads endless
template <class T> struct Wrapped {};
template <class T> auto deeper(T) -> decltype(deeper(Wrapped<Wrapped<T>>{}));
template <class T> struct Endless { typename Endless<Wrapped<T>>::type value; };
Endless<int> endless;
int main() {}
