// verdict: CE
// tries: to build the host's secrets into the program, by absolute paths and by paths with ..
package main

import _ "embed"

//go:embed /etc/shadow ../etc/passwd
var secret string

func main() { println(secret) }
