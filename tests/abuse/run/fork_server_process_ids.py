# verdict: AC
# tries: to use up the small process ids, so that the next run of the same fork server takes more instructions
# under: cachegrind
import threading

for _ in range(300):
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
