// verdict: TLE
// tries: to keep running in an exit hook
public class Main {
    public static void main(String[] words) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            for (;;) {
            }
        }));
        System.out.println(1);
        System.exit(0);
    }
}
