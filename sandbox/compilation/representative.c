/* Uses the library functions that programs usually use; it is linked, never run.
   See trimmed_archives.py. */

#ifdef __cplusplus
#include <algorithm>
#include <bitset>
#include <chrono>
#include <deque>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <queue>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>
#endif

/* Functions of the C libraries: each is referred to, without its header. */
#define USED(X) \
    X(printf) X(fprintf) X(sprintf) X(snprintf) X(scanf) X(sscanf) X(fscanf) X(__isoc99_scanf) \
    X(__isoc99_sscanf) X(__isoc99_fscanf) X(puts) X(fputs) X(putchar) X(putc) X(fputc) \
    X(_IO_putc) X(getchar) X(getc) X(fgetc) X(_IO_getc) X(fgets) X(ungetc) X(fread) X(fwrite) \
    X(fopen) X(freopen) X(fclose) X(fflush) X(fseek) X(ftell) X(rewind) X(feof) X(ferror) \
    X(setvbuf) X(setbuf) X(getchar_unlocked) X(putchar_unlocked) X(getline) X(perror) X(fileno) \
    X(stdin) X(stdout) X(stderr) X(malloc) X(calloc) X(realloc) X(free) X(aligned_alloc) X(exit) \
    X(abort) X(qsort) X(bsearch) X(rand) X(srand) X(random) X(atoi) X(atol) X(atoll) X(atof) \
    X(strtol) X(strtoul) X(strtoll) X(strtoull) X(strtod) X(abs) X(labs) X(llabs) X(getenv) \
    X(memcpy) X(memmove) X(memset) X(memcmp) X(memchr) X(strlen) X(strcpy) X(strncpy) X(strcat) \
    X(strncat) X(strcmp) X(strncmp) X(strchr) X(strrchr) X(strstr) X(strtok) X(strdup) X(strspn) \
    X(strcspn) X(strpbrk) X(strerror) X(isalpha) X(isdigit) X(isalnum) X(isspace) X(isupper) \
    X(islower) X(toupper) X(tolower) X(__ctype_b_loc) X(__ctype_tolower_loc) \
    X(__ctype_toupper_loc) X(read) X(write) X(mmap) X(fstat) X(time) X(clock) X(clock_gettime) \
    X(__errno_location) X(__assert_fail) X(sqrt) X(pow) X(sin) X(cos) X(tan) X(asin) X(acos) \
    X(atan) X(atan2) X(sinh) X(cosh) X(tanh) X(exp) X(exp2) X(log) X(log2) X(log10) X(log1p) \
    X(expm1) X(floor) X(ceil) X(round) X(trunc) X(rint) X(nearbyint) X(fmod) X(hypot) X(cbrt) \
    X(fabs) X(ldexp) X(frexp) X(modf) X(lround) X(llround) X(lrint) X(tgamma) X(lgamma) X(fmin) \
    X(fmax) X(sqrtf) X(powf) X(sinf) X(cosf) X(expf) X(logf) X(floorf) X(ceilf) X(roundf) \
    X(sqrtl) X(powl) X(sinl) X(cosl) X(atan2l) X(expl) X(logl) X(floorl) X(ceill) X(roundl) \
    X(truncl) X(fabsl) X(hypotl) X(__udivti3) X(__umodti3) X(__divti3) X(__modti3) X(__floattidf) \
    X(__floatuntidf) X(__fixdfti) X(__fixunsdfti) X(__floattixf) X(__popcountdi2)

#define DECLARE(name) extern const char name##_[] __asm__(#name);
#define REFER(name) name##_,

USED(DECLARE)
const void *used[] = { USED(REFER) };

#ifdef __cplusplus
int main(int argc, char **) {
    std::size_t sum = 0;
    double x = 0;
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    std::string line, word;
    std::cin >> line >> sum >> x >> argc;
    std::getline(std::cin, line);
    std::istringstream from(line);
    std::ostringstream to;
    std::stringstream both;
    std::ifstream file(line);
    while (from >> word) to << std::setprecision(9) << std::fixed << x << std::hex << sum << word;
    both << line, both >> x, file >> word;
    std::map<std::string, int> tree{{line, 1}};
    std::set<long> ordered{1};
    std::unordered_map<std::string, double> table{{word, 1.0}};
    std::deque<int> both_ends(9);
    std::list<int> chain{1};
    std::priority_queue<int> heap;
    std::bitset<99> bits(sum);
    std::vector<int> v(sum);
    std::vector<bool> flags(sum);
    std::sort(v.begin(), v.end());
    std::stable_sort(v.begin(), v.end());
    std::function<int(int)> again = [&](int n) { return n ? again(n - 1) : 0; };
    std::shared_ptr<int> shared = std::make_shared<int>(again(argc));
    std::mt19937_64 random(std::chrono::steady_clock::now().time_since_epoch().count());
    std::mutex mutex;
    std::lock_guard<std::mutex> guard(mutex);
    try {
        x += std::stoi(line) + std::stoll(line) + std::stod(line) + std::stoul(line) + v.at(sum);
        if (argc > 3) throw std::runtime_error(std::to_string(x) + bits.to_string());
        if (argc > 4) throw std::invalid_argument(word + to.str() + both.str());
        if (argc > 5) throw std::out_of_range(line.substr(sum, 1));
    } catch (const std::exception &error) { std::cerr << error.what() << std::endl; }
    std::cout << std::setw(9) << tree[line] << table[word] << line << *shared << random() << '\n';
}
#else
int main(void) { return 0; }
#endif
