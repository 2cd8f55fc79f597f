// verdict: CE
// tries: to make the compiler calculate forever
const fn spin() -> u64 {
    let mut x = 1u64;
    loop {
        x = x.wrapping_mul(3);
    }
}
const VALUE: u64 = spin();

fn main() {
    println!("{}", VALUE);
}
