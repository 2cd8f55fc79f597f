// verdict: CE
// tries: to read a file's lines through the source lines that the compiler's messages quote
#line 1 "/etc/passwd"
int first = undeclared_here;
#line 1 "/etc/shadow"
int second = undeclared_there;
int main(void) { return 0; }
