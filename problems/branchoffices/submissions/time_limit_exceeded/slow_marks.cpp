#include <cstdio>
#include <cstdlib>
#include <vector>

const int TAX_FREE = 60;
const int SUBSIDY = 7;
const int GOOD_PROFIT = 50;
const int STRONG = 5;
const int MANAGED = 12;
const long long MODULUS = 1000000007;

struct Branch {
    int offices;
    int good;
    long long profit;
};

char buffer[1 << 16];
char* cursor = buffer;

int next_number() {
    return static_cast<int>(strtol(cursor, &cursor, 10));
}

int counted(int office, int profit) {
    int value = profit;
    if (profit > TAX_FREE) {
        value = TAX_FREE + (profit - TAX_FREE) / 2;
    }
    if (office % 4 == 0) {
        value += SUBSIDY;
    }
    return value;
}

Branch single(int office, int profit) {
    int value = counted(office, profit);
    Branch branch = {1, 0, value};
    if (value >= GOOD_PROFIT) {
        branch.good = 1;
    }
    return branch;
}

void add(Branch& whole, const Branch& part) {
    whole.offices += part.offices;
    whole.good += part.good;
    whole.profit += part.profit;
}

bool strong(const Branch& branch) {
    return branch.good >= STRONG;
}

long long worth(const Branch& branch) {
    long long value = branch.profit - 3 * branch.offices;
    if (branch.offices > MANAGED) {
        value -= 20;
    }
    if (strong(branch)) {
        value += 33;
    }
    return value;
}

std::vector<Branch> audit(const std::vector<int>& boss, const std::vector<int>& profit,
                          const std::vector<int>& asked) {
    int offices = static_cast<int>(boss.size()) - 1;
    std::vector<Branch> found;
    for (int question : asked) {
        std::vector<bool> inside(offices + 1, false);
        inside[question] = true;
        bool changed = true;
        while (changed) {
            changed = false;
            for (int office = offices; office >= 1; office--) {
                if (!inside[office] && inside[boss[office]]) {
                    inside[office] = true;
                    changed = true;
                }
            }
        }
        Branch branch = {0, 0, 0};
        for (int office = 1; office <= offices; office++) {
            if (inside[office]) {
                add(branch, single(office, profit[office]));
            }
        }
        found.push_back(branch);
    }
    return found;
}

int main() {
    std::size_t size = fread(buffer, 1, sizeof buffer - 1, stdin);
    buffer[size] = '\0';
    int offices = next_number();
    int questions = next_number();
    std::vector<int> boss(offices + 1, 0);
    std::vector<int> profit(offices + 1, 0);
    std::vector<int> asked(questions);
    for (int office = 1; office <= offices; office++) {
        boss[office] = next_number();
    }
    for (int office = 1; office <= offices; office++) {
        profit[office] = next_number();
    }
    for (int& office : asked) {
        office = next_number();
    }
    int strong_branches = 0;
    long long checksum = 19;
    for (const Branch& branch : audit(boss, profit, asked)) {
        long long value = worth(branch);
        printf("%d %lld\n", branch.offices, value);
        if (strong(branch)) {
            strong_branches++;
        }
        checksum = (checksum * 43 + value + 300) % MODULUS;
    }
    printf("%d %lld\n", strong_branches, checksum);
    return 0;
}
