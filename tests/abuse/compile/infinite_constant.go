// verdict: CE
// tries: to make the compiler calculate without end, through types that contain themselves
package main

const big = 1 << 500
const bigger = big * big * big * big

type endless [2]struct{ inside endless }

var held [bigger]endless

func main() {}
