// verdict: CE
// tries: to make a program of two gigabytes from one line
char all[2000000000] = {1};
int main(void) { return all[5]; }
