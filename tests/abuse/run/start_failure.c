// verdict: RE
// tries: to look like a program that could not be started, which would be the infrastructure's failure
int main(void) { return 127; }
