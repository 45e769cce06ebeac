//! Tells cargo that the web app is part of the program.
//!
//! **Invariant:** changes nothing but the folder `web/dist`, which is made when it is missing: cargo can only watch what
//! is there, and without it a later build of the web app would not be noticed.

fn main() {
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/dist");
    if let Err(why) = std::fs::create_dir_all(dist) {
        println!("cargo::warning=the web app will not be found: cannot make {dist}: {why}");
    }
    println!("cargo::rerun-if-changed={dist}");
    println!("cargo::rerun-if-changed=build.rs");
}
