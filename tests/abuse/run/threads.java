// verdict: MLE
// tries: to start threads without end, and to keep running when no more can be started
public class Main {
    public static void main(String[] words) {
        for (;;) {
            Thread thread = new Thread(() -> {
                try {
                    Thread.sleep(1 << 30);
                } catch (InterruptedException over) {
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
    }
}
