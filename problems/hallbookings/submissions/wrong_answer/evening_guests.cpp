#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

const int SINGLE_FEE = 8;
const int LONG_BOOKING = 20;
const int TAXED_FROM = 700;
const int TAX = 45;
const int LAST_DAY = 2000;
const int MODULUS = 997;

struct Request {
    int start;
    int end;
    int offer;
};

char input[1 << 16];
char* cursor = input;

int next_number() {
    return static_cast<int>(strtol(cursor, &cursor, 10));
}

int gain(const Request& request) {
    int coins = request.offer;
    if (request.start == request.end) {
        coins += SINGLE_FEE;
    }
    if (request.end - request.start + 1 > LONG_BOOKING) {
        coins -= request.offer / 7;
    }
    if (request.offer > TAXED_FROM) {
        coins -= TAX;
    }
    return coins;
}

bool ends_earlier(const Request& a, const Request& b) {
    return a.end < b.end;
}

// best[i] is the best sum of the first i requests, which end first.
std::vector<int> best_sums(const std::vector<Request>& requests) {
    std::vector<int> best = {0};
    for (const Request& request : requests) {
        Request day_before = {0, request.start, 0};
        auto after =
            std::upper_bound(requests.begin(), requests.end(), day_before, ends_earlier);
        int with = best[after - requests.begin()] + gain(request);
        best.push_back(std::max(best.back(), with));
    }
    return best;
}

int main() {
    input[fread(input, 1, sizeof input - 1, stdin)] = '\0';
    int n = next_number();
    std::vector<Request> requests(n);
    for (Request& request : requests) {
        request.start = next_number();
        request.end = next_number();
        request.offer = next_number();
    }
    std::sort(requests.begin(), requests.end(), ends_earlier);
    std::vector<int> best = best_sums(requests);
    int day = 0;
    for (int i = n - 1; i >= 0 && 2 * best[i + 1] >= best[n]; i--) {
        day = requests[i].end;
    }
    int sum = 0;
    for (const Request& request : requests) {
        sum += gain(request);
    }
    printf("%d %d %d\n", best[n], day, sum % MODULUS);
    return 0;
}
