#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

const int HEAVY = 120;
const int HEAVY_FEE = 75;
const int CROSSED_FEE = 11;
const int STRAY_MARK = 4000;
const long long MODULUS = 1000000007;

bool opens(char sign) {
    return sign == '(' || sign == '[';
}

bool closes(char sign) {
    return sign == ')' || sign == ']';
}

bool wooden(char sign) {
    return sign == '[' || sign == ']';
}

int weight(char sign) {
    if (opens(sign) || closes(sign)) {
        return 2;
    }
    int place = sign - 'a';
    return place * place + 1;
}

long long postage(long long load, int distance, char open, char close) {
    long long cents = load * 2;
    if (wooden(open)) {
        cents = load * 3;
    }
    cents += distance / 4;
    if (load > HEAVY) {
        cents += HEAVY_FEE;
    }
    if (wooden(open) != wooden(close)) {
        cents += CROSSED_FEE;
    }
    return cents;
}

std::vector<int> find_partners(const std::string& text) {
    int length = static_cast<int>(text.size());
    std::vector<int> partner(length, -1);
    for (int i = 0; i < length; i++) {
        if (!opens(text[i])) {
            continue;
        }
        int depth = 0;
        for (int j = i; j < length; j++) {
            if (opens(text[j])) {
                depth++;
            }
            if (closes(text[j])) {
                depth--;
            }
            if (depth == 0) {
                partner[i] = j;
                partner[j] = i;
                break;
            }
        }
    }
    return partner;
}

int main() {
    static char buffer[4096];
    if (scanf("%4000s", buffer) != 1) {
        return 1;
    }
    std::string text = buffer;
    int length = static_cast<int>(text.size());
    std::vector<int> partner = find_partners(text);
    std::vector<long long> before(length + 1, 0);
    for (int i = 0; i < length; i++) {
        before[i + 1] = before[i] + weight(text[i]);
    }
    long long total = 0;
    int stray = 0;
    int crossed = 0;
    long long checksum = 5;
    for (int i = 0; i < length; i++) {
        if (!opens(text[i]) && !closes(text[i])) {
            continue;
        }
        int other = partner[i];
        if (other < 0) {
            stray++;
            checksum = (checksum * 29 + STRAY_MARK) % MODULUS;
            continue;
        }
        checksum = (checksum * 29 + other + 1) % MODULUS;
        if (other < i) {
            continue;
        }
        long long load = before[other] - before[i + 1];
        total += postage(load, other - i, text[i], text[other]);
        if (wooden(text[i]) != wooden(text[other])) {
            crossed++;
        }
    }
    printf("%lld\n", total);
    printf("%d %d\n", stray, crossed);
    printf("%lld\n", checksum);
    return 0;
}
