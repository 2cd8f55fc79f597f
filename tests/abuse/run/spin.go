// verdict: TLE
// tries: to use the processor forever, in many goroutines, ignoring every signal
package main

import (
	"os"
	"os/signal"
)

func main() {
	signal.Ignore()
	signal.Notify(make(chan os.Signal))
	for i := 0; i < 99; i++ {
		go func() {
			for {
			}
		}()
	}
	select {}
}
