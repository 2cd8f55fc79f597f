// verdict: CE
// tries: to have no main function
int other(void) { return 0; }
