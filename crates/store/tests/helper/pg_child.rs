//! What `hmm __pg` is in production: becomes PostgreSQL. For the tests and figures of this crate only.

fn main() {
    let Err(e) = hmm_store::pg_child(std::env::args_os().skip(2));
    eprintln!("{e}");
    std::process::exit(1);
}
