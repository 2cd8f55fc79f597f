#include <array>
#include <cstdio>
#include <vector>

const int FRUITS = 6;
const int HAPPY_BASE = 20;
const long long GUILD_WEIGHT = 1000;

typedef std::array<long long, FRUITS> Sums;

struct Question {
    int first;
    int last;
};

typedef std::vector<Question> Questions;

int read_int() {
    int c = std::getchar();
    while (c != EOF && (c < '0' || c > '9')) {
        c = std::getchar();
    }
    int value = 0;
    while (c >= '0' && c <= '9') {
        value = value * 10 + (c - '0');
        c = std::getchar();
    }
    return value;
}

int fruit(int price) {
    return (price + price / 10) % FRUITS;
}

bool is_taxed(int price) {
    return price % 10 != 4;
}

long long fee(int price) {
    long long coins = price % 7 + 1;
    coins += price / 100 * 2;
    return coins;
}

long long judge(const Sums& sums) {
    long long happy = 0;
    long long most = sums[0];
    long long least = sums[0];
    for (int k = 0; k < FRUITS; k++) {
        if (sums[k] > HAPPY_BASE + 3 * k) {
            happy += 1;
        }
        if (sums[k] > most) {
            most = sums[k];
        }
        if (sums[k] < least) {
            least = sums[k];
        }
    }
    return happy * GUILD_WEIGHT + most - least;
}

void add_price(Sums& sums, int price) {
    if (is_taxed(price)) {
        sums[fruit(price)] += fee(price);
    }
}

std::vector<Sums> add_up(const std::vector<int>& prices, const Questions& questions) {
    const int BLOCK = 32;
    int n = static_cast<int>(prices.size());
    std::vector<Sums> blocks(n / BLOCK + 1, Sums{});
    for (int day = 0; day < n; day++) {
        add_price(blocks[day / BLOCK], prices[day]);
    }
    std::vector<Sums> results;
    for (const Question& question : questions) {
        Sums sums{};
        int day = question.first;
        while (day < question.last) {
            if (day % BLOCK == 0 && day + BLOCK <= question.last) {
                for (int k = 0; k < FRUITS; k++) {
                    sums[k] += blocks[day / BLOCK][k];
                }
                day += BLOCK;
            } else {
                add_price(sums, prices[day]);
                day++;
            }
        }
        results.push_back(sums);
    }
    return results;
}

int main() {
    int n = read_int();
    int q = read_int();
    std::vector<int> prices;
    for (int i = 0; i < n; i++) {
        prices.push_back(read_int());
    }
    Questions questions;
    for (int i = 0; i < q; i++) {
        int first = read_int();
        int last = read_int();
        questions.push_back({first - 1, last});
    }

    std::vector<Sums> results = add_up(prices, questions);

    for (const Sums& sums : results) {
        std::printf("%lld\n", judge(sums));
    }
    return 0;
}
